//! Frames: the length of what follows, four bytes big-endian, then that many bytes.
//!
//! They run over anything that reads and writes, so that QUIC streams, TCP and a test's pipe carry
//! the same bytes. A frame says nothing about what is in it. A length is a claim by a peer: it is
//! compared with the reader's limit first, and memory grows with the bytes that came, never with
//! the claim.
//!
//! Neither function may be dropped halfway and called again: what was moved already is lost.
//! A stream whose future was dropped is to be closed.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Why no frame was read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The peer announces more than this reader takes. Its bytes were not read.
    #[error("a frame of {bytes} bytes is over the limit of {bytes_max}; close the stream")]
    TooLong {
        /// What was announced, or was to be written.
        bytes: usize,
        /// What is taken at most.
        bytes_max: usize,
    },
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame; ask again on a new one")]
    Truncated,
    /// The carrier failed: a reset stream, a lost connection.
    #[error("the stream failed; ask again on a new connection")]
    Failed(#[source] io::Error),
}

/// What is set aside for a frame before its bytes have come: most frames fit.
const CLAIMED_BYTES_MAX: usize = 4096;

/// The length in front of a frame.
const LENGTH_BYTES: usize = size_of::<u32>();

/// A frame as it travels, for who sends several in one go. A body is far under 4 GiB.
#[must_use]
pub fn framed(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes()[..], body].concat()
}

/// Writes one frame and flushes, so that no peer waits for bytes that lie in a buffer here.
pub async fn write_frame<W: AsyncWrite + Unpin>(w: &mut W, body: &[u8]) -> Result<(), FrameError> {
    let Ok(length) = u32::try_from(body.len()) else {
        return Err(FrameError::TooLong { bytes: body.len(), bytes_max: u32::MAX as usize });
    };
    w.write_all(&length.to_be_bytes()).await.map_err(FrameError::Failed)?;
    w.write_all(body).await.map_err(FrameError::Failed)?;
    w.flush().await.map_err(FrameError::Failed)
}

/// Reads one frame of at most `bytes_max` bytes. `None`: the stream ended where a frame may end.
pub async fn read_frame<R: AsyncRead + Unpin>(
    r: &mut R,
    bytes_max: usize,
) -> Result<Option<Vec<u8>>, FrameError> {
    let Some(bytes) = read_length(r).await? else {
        return Ok(None);
    };
    // the claim is compared before anything is allocated.
    if bytes > bytes_max {
        return Err(FrameError::TooLong { bytes, bytes_max });
    }
    let mut body = Vec::new();
    read_body(r, bytes, &mut body).await?;
    Ok(Some(body))
}

/// As [`read_frame`], behind what is in `into` already, which is of no use after an error. Gives the
/// length of the frame.
pub async fn read_frame_into<R: AsyncRead + Unpin>(
    r: &mut R,
    bytes_max: usize,
    into: &mut Vec<u8>,
) -> Result<Option<usize>, FrameError> {
    let Some(bytes) = read_length(r).await? else {
        return Ok(None);
    };
    if bytes > bytes_max {
        return Err(FrameError::TooLong { bytes, bytes_max });
    }
    read_body(r, bytes, into).await?;
    Ok(Some(bytes))
}

/// Memory grows with the bytes that come: a claim alone costs [`CLAIMED_BYTES_MAX`] at most.
async fn read_body<R: AsyncRead + Unpin>(
    r: &mut R,
    bytes: usize,
    into: &mut Vec<u8>,
) -> Result<(), FrameError> {
    let (mut filled, end) = (into.len(), into.len() + bytes);
    while filled < end {
        if into.len() == filled {
            let room = CLAIMED_BYTES_MAX.max(filled).min(end - filled);
            into.resize(filled + room, 0);
        }
        match r.read(&mut into[filled..]).await.map_err(FrameError::Failed)? {
            0 => return Err(FrameError::Truncated),
            read => filled += read,
        }
    }
    Ok(())
}

async fn read_length<R: AsyncRead + Unpin>(r: &mut R) -> Result<Option<usize>, FrameError> {
    let mut length = [0; LENGTH_BYTES];
    let mut filled = 0;
    while filled < LENGTH_BYTES {
        match r.read(&mut length[filled..]).await.map_err(FrameError::Failed)? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(FrameError::Truncated),
            count => filled += count,
        }
    }
    // A length over `usize` (on a 16-bit machine) is over any limit too.
    Ok(Some(usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX)))
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use tokio::io::ReadBuf;

    use super::*;

    const MAX: usize = 8;

    async fn read(mut bytes: &[u8]) -> Result<Option<Vec<u8>>, FrameError> {
        read_frame(&mut bytes, MAX).await
    }

    /// Gives one byte at a time and remembers the largest buffer it was offered.
    struct Drip<'a> {
        bytes: &'a [u8],
        offered_max: usize,
    }

    impl AsyncRead for Drip<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            self.offered_max = self.offered_max.max(buf.remaining());
            if let Some((first, rest)) = self.bytes.split_first() {
                buf.put_slice(&[*first]);
                self.bytes = rest;
            }
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn frames_come_back_in_order_and_then_the_end() {
        let (mut left, mut right) = tokio::io::duplex(3);
        let writer = tokio::spawn(async move {
            for body in [&b"one"[..], b"", b"12345678"] {
                write_frame(&mut left, body).await.unwrap();
            }
        });
        assert_eq!(read_frame(&mut right, MAX).await.unwrap().unwrap(), b"one");
        assert_eq!(read_frame(&mut right, MAX).await.unwrap().unwrap(), b"");
        assert_eq!(read_frame(&mut right, MAX).await.unwrap().unwrap(), b"12345678");
        writer.await.unwrap();
        assert!(read_frame(&mut right, MAX).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn the_length_is_four_bytes_big_endian() {
        let mut wire = Vec::new();
        write_frame(&mut wire, b"abc").await.unwrap();
        assert_eq!(wire, b"\0\0\0\x03abc");
    }

    #[tokio::test]
    async fn a_length_over_the_limit_is_refused_before_its_bytes() {
        let mut bytes: &[u8] = b"\0\0\0\x09123456789";
        let refused = read_frame(&mut bytes, MAX).await;
        assert!(matches!(refused, Err(FrameError::TooLong { bytes: 9, bytes_max: MAX })));
        assert_eq!(bytes, b"123456789");
    }

    #[tokio::test]
    async fn an_end_before_a_frame_is_clean_and_inside_one_is_not() {
        assert!(read(b"").await.unwrap().is_none());
        for cut in [&b"\0"[..], b"\0\0\0", b"\0\0\0\x03", b"\0\0\0\x03ab"] {
            assert!(matches!(read(cut).await, Err(FrameError::Truncated)), "{cut:?}");
        }
    }

    #[tokio::test]
    async fn a_long_claim_reserves_no_memory() {
        let mut drip = Drip { bytes: b"\xff\xff\xff\xffonly this", offered_max: 0 };
        let read = read_frame(&mut drip, usize::MAX).await;
        assert!(matches!(read, Err(FrameError::Truncated)));
        assert!(drip.offered_max <= CLAIMED_BYTES_MAX, "{} bytes were reserved", drip.offered_max);
    }
}
