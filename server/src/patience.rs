//! How long a stream is waited for: a peer that stalls, or gives or takes bytes too slowly, is gone.
//!
//! Time counts only while this end waits for the other. Whoever moves bytes earns time at the least
//! rate that is accepted, and can save up no more than one stall.

use shared::limits::{FRAME_BYTES_PER_SECOND_MIN, STALL_SECONDS_MAX};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

const STALL: Duration = Duration::from_secs(STALL_SECONDS_MAX);

/// One direction of a stream, waited for with patience.
#[derive(Debug)]
pub(crate) struct Patient<S> {
    stream: S,
    /// What is left of the patience.
    left: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<S> Patient<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, left: STALL, waiting: None }
    }

    pub(crate) fn inner(&mut self) -> &mut S {
        &mut self.stream
    }

    /// The other end has moved some bytes.
    fn moved(&mut self, bytes: usize) {
        if let Some((since, _)) = self.waiting.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        let earned = Duration::from_secs(1).mul_f64(bytes as f64 / FRAME_BYTES_PER_SECOND_MIN as f64);
        self.left = STALL.min(self.left + earned);
    }

    /// Nothing moves: waits until there is no patience left, and then begins again, so that whoever
    /// has nothing to wait for can go on.
    fn stalled(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let (left, now) = (self.left, Instant::now());
        let (_, sleep) =
            self.waiting.get_or_insert_with(|| (now, Box::pin(tokio::time::sleep_until(now + left))));
        ready!(sleep.as_mut().poll(cx));
        (self.waiting, self.left) = (None, STALL);
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                self.moved(buffer.filled().len() - before);
                Poll::Ready(outcome)
            }
            Poll::Pending => self.stalled(cx).map(Err),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Ready(outcome) => {
                self.moved(outcome.as_ref().copied().unwrap_or_default());
                Poll::Ready(outcome)
            }
            Poll::Pending => self.stalled(cx).map(Err),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::frames::{FrameError, read_frame};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// Reads until it ends, while the other end sends pieces with pauses between them.
    async fn read(pieces: usize, bytes: usize, pause: Duration) -> io::Result<usize> {
        let (mut there, here) = tokio::io::duplex(1 << 20);
        let sent = tokio::spawn(async move {
            for _ in 0..pieces {
                tokio::time::sleep(pause).await;
                if there.write_all(&vec![7; bytes]).await.is_err() {
                    return;
                }
            }
        });
        let mut all = Vec::new();
        let read = Patient::new(here).read_to_end(&mut all).await;
        sent.abort();
        read
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_network_is_waited_for_and_a_trickle_is_not() {
        let second = Duration::from_secs(1);
        let per_second = usize::try_from(FRAME_BYTES_PER_SECOND_MIN).unwrap();
        assert_eq!(read(300, per_second, second).await.unwrap(), 300 * per_second);
        assert_eq!(read(10, 20 * per_second, 19 * second).await.unwrap(), 200 * per_second);
        for (pieces, bytes, pause) in
            [(1, 1, STALL + second), (300, 1, second), (300, per_second / 2, second)]
        {
            let error = read(pieces, bytes, pause).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{pieces} of {bytes} bytes");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_frame_that_is_begun_and_never_ended_is_given_up() {
        for begun in [&b"\0"[..], b"\0\0\x01\0", b"\0\0\x01\0a letter"] {
            let (mut there, here) = tokio::io::duplex(1024);
            there.write_all(begun).await.unwrap();
            let since = Instant::now();
            let read = read_frame(&mut Patient::new(here), 1024).await;
            assert!(
                matches!(read, Err(FrameError::Failed(error)) if error.kind() == io::ErrorKind::TimedOut)
            );
            assert!(since.elapsed() <= STALL + Duration::from_secs(1), "{begun:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_read_is_not_written_to_for_ever() {
        let (_there, here) = tokio::io::duplex(1024);
        let mut here = Patient::new(here);
        let error = here.write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_this_end_takes_for_itself_is_not_the_others() {
        let (mut there, here) = tokio::io::duplex(1024);
        let mut here = Patient::new(here);
        there.write_all(&[1]).await.unwrap();
        assert_eq!(here.read_u8().await.unwrap(), 1);
        tokio::time::sleep(10 * STALL).await;
        there.write_all(&[2]).await.unwrap();
        assert_eq!(here.read_u8().await.unwrap(), 2);
        assert_eq!(here.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        there.write_all(&[3]).await.unwrap();
        assert_eq!(here.read_u8().await.unwrap(), 3, "whoever has time may wait again");
    }
}
