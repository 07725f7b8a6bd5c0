//! Telling connected devices that something waits for them.
//!
//! News may be dropped and never block: a device that fell behind is told to look.

use shared::ids::DeviceId;
use shared::wire::News;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc;

/// How many pieces of news wait for one slow device before it is told to look for itself.
const NEWS_WAITING_MAX: usize = 32;

/// Who listens.
#[derive(Debug, Default)]
pub(crate) struct Listeners(Mutex<BTreeMap<DeviceId, Vec<mpsc::Sender<News>>>>);

impl Listeners {
    /// Listens for a device, until the receiver is dropped.
    pub(crate) fn listen(&self, device: DeviceId) -> mpsc::Receiver<News> {
        let (sender, receiver) = mpsc::channel(NEWS_WAITING_MAX);
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_device = listeners.entry(device).or_default();
        of_device.retain(|sender| !sender.is_closed());
        of_device.push(sender);
        receiver
    }

    /// Tells some devices.
    pub(crate) fn tell(&self, devices: impl IntoIterator<Item = DeviceId>, news: News) {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for device in devices {
            if let Some(of_device) = listeners.get_mut(&device) {
                of_device.retain(|sender| !sender.is_closed());
                for sender in of_device {
                    // A full queue already makes the device look at its mailbox.
                    let _ = sender.try_send(news);
                }
            }
        }
    }
}
