//! That a letter came, counted for pages that nobody looks at: their browser says « Un pli vous attend », and no more.
//!
//! It listens only once a page asked, which one does whose reader wants to be told. The count is all that leaves here;
//! it goes on after the lock, when the device's secrets are gone, for as long as the connection lasts.

use super::House;
use crate::arrivals::{Arrivals, Stream, Worth};
use crate::failure::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How often it is looked whether it can listen: somebody asked, the device is open, the relay is back.
const AGAIN: Duration = Duration::from_secs(5);

/// What came since the page is served.
#[derive(Default)]
pub(crate) struct Notices {
    came: AtomicU64,
    is_wanted: AtomicBool,
}

impl Notices {
    /// How many letters came; whoever asks wants to know on.
    pub(crate) fn came(&self) -> u64 {
        self.is_wanted.store(true, Ordering::Relaxed);
        self.came.load(Ordering::Relaxed)
    }

    /// Listens, for as long as the page is served.
    pub(crate) async fn follow(house: Arc<House>) {
        let mut arrivals = Arrivals::default();
        loop {
            if house.notices.is_wanted.load(Ordering::Relaxed)
                && house.desk.is_open(false)
                && let Err(failure) = house.notices.listen(&house, &mut arrivals).await
            {
                tracing::info!(%failure, "not listening");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn listen(&self, house: &House, arrivals: &mut Arrivals) -> Result<(), Failure> {
        let mut stream = house.desk.look(async |session, _| Stream::begun(session).await).await?;
        loop {
            match arrivals.hears(stream.next().await?) {
                Worth::Nothing => {}
                Worth::Letter => self.add(1),
                Worth::Look if house.desk.is_open(false) => {
                    let mut looking = std::mem::take(arrivals);
                    let looked = house.desk.look(async move |session, _| {
                        let came = looking.look(session).await?;
                        Ok((looking, came))
                    });
                    let (looked, came) = looked.await?;
                    *arrivals = looked;
                    self.add(came);
                }
                // More than is told one by one, and nobody can look.
                Worth::Look => self.add(1),
            }
        }
    }

    fn add(&self, came: usize) {
        self.came.fetch_add(came as u64, Ordering::Relaxed);
    }
}
