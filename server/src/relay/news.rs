//! Telling connected devices that something waits for them.
//!
//! News never blocks whoever brings it: it lies with the listener until its stream takes it, all that
//! came meanwhile in one go, and a device that fell far behind is told to look for itself.

use shared::ids::{DeviceId, MessageId};
use shared::wire::News;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// How many pieces of news wait for one slow device before it is told to look for itself.
const NEWS_WAITING_MAX: usize = 256;

/// Who listens.
#[derive(Debug, Default)]
pub(crate) struct Listeners(Mutex<BTreeMap<DeviceId, Vec<Arc<Waiting>>>>);

/// One stream that listens, until it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    listeners: Arc<Listeners>,
    device: DeviceId,
    waiting: Arc<Waiting>,
}

/// What waits for a listener.
#[derive(Debug, Default)]
struct Waiting {
    messages: Mutex<Vec<MessageId>>,
    arrived: Notify,
}

impl Listeners {
    /// Listens for a device.
    pub(crate) fn listen(self: &Arc<Self>, device: DeviceId) -> Listener {
        let waiting = Arc::new(Waiting::default());
        lock(&self.0).entry(device).or_default().push(Arc::clone(&waiting));
        Listener { listeners: Arc::clone(self), device, waiting }
    }

    /// Tells some devices of a message.
    pub(crate) fn tell(&self, devices: impl IntoIterator<Item = DeviceId>, message: MessageId) {
        let listeners = lock(&self.0);
        for device in devices {
            for waiting in listeners.get(&device).into_iter().flatten() {
                let mut messages = lock(&waiting.messages);
                if messages.len() <= NEWS_WAITING_MAX {
                    messages.push(message);
                }
                drop(messages);
                waiting.arrived.notify_one();
            }
        }
    }
}

impl Listener {
    /// Waits for news; everything that came since the last time.
    pub(crate) async fn next(&self) -> Vec<News> {
        loop {
            let messages = std::mem::take(&mut *lock(&self.waiting.messages));
            if messages.len() > NEWS_WAITING_MAX {
                return vec![News::Look];
            }
            if !messages.is_empty() {
                return messages.into_iter().map(News::Message).collect();
            }
            self.waiting.arrived.notified().await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut listeners = lock(&self.listeners.0);
        if let Some(of_device) = listeners.get_mut(&self.device) {
            of_device.retain(|waiting| !Arc::ptr_eq(waiting, &self.waiting));
            if of_device.is_empty() {
                listeners.remove(&self.device);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::KeyId;

    const ONE: DeviceId = KeyId([1; 16]);

    #[tokio::test]
    async fn all_that_came_is_told_at_once_and_too_much_is_told_as_such() {
        let listeners = Arc::new(Listeners::default());
        let (first, second) = (listeners.listen(ONE), listeners.listen(ONE));
        let message = |number: u8| MessageId([number; 16]);
        listeners.tell([ONE, KeyId([2; 16])], message(1));
        listeners.tell([ONE], message(2));
        assert_eq!(first.next().await, [News::Message(message(1)), News::Message(message(2))]);
        assert_eq!(second.next().await.len(), 2);
        for _ in 0..2 * NEWS_WAITING_MAX {
            listeners.tell([ONE], message(3));
        }
        assert_eq!(first.next().await, [News::Look]);
        listeners.tell([ONE], message(4));
        assert_eq!(first.next().await, [News::Message(message(4))]);
        drop((first, second));
        assert!(lock(&listeners.0).is_empty());
    }
}
