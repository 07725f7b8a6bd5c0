//! `pli notify`: an e-mail when a letter comes, for whoever asked for it.
//!
//! The device is unlocked only while it connects: who listens needs no secret. Where the connection is lost it is opened
//! anew, by the session that `pli unlock` holds or by the file of the passphrase.

use super::passphrase_of;
use crate::agent;
use crate::arrivals::{Arrivals, Stream, Worth};
use crate::cli::{Common, Notify};
use crate::failure::Failure;
use crate::home::Home;
use crate::keystore;
use crate::mail::Smtp;
use crate::session::Session;
use crate::show::Show;
use serde_json::json;
use shared::wire::News;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// However many letters come, so long passes between two messages: whoever reads the first one looks anyway.
const PACE: Duration = Duration::from_secs(15 * 60);

/// A mail server that did not take it is asked again after so long.
const MAIL_AGAIN: Duration = Duration::from_secs(60);

/// Between two tries to reach the relay: twice as long each time, up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

pub(super) async fn run(typed: &Notify, common: &Common, show: &Show) -> Result<(), Failure> {
    let mut notifier = Notifier { smtp: Arc::new(Smtp::read(&typed.smtp)?), pace: Pace::default(), show };
    if typed.test {
        notifier.send().await?;
        show.result(&json!({"state": "told"}), |words| vec![words.say("notify-told", &[])]);
        return Ok(());
    }
    let home = super::home(common)?;
    let (mut arrivals, mut pause, mut last) = (Arrivals::default(), SHORTEST_PAUSE, "");
    loop {
        let (failure, has_listened) = match begun(&home, common, &mut arrivals).await {
            Ok((mut stream, came)) => {
                show.result(&json!({"state": "watching"}), |words| vec![words.say("notify-watching", &[])]);
                if came > 0 {
                    notifier.pace.came();
                }
                (notifier.listen(&mut stream, &mut arrivals).await, true)
            }
            Err(failure) => (failure, false),
        };
        let id = match &failure {
            Failure::Unreached | Failure::Changed | Failure::Wait { .. } => "notify-away",
            Failure::Usage { code: "usage-locked", .. } => "notify-locked",
            _ => return Err(failure),
        };
        if has_listened {
            (pause, last) = (SHORTEST_PAUSE, "");
        }
        // Said once, and not with every try.
        if last != id {
            show.aside(id, &[]);
            last = id;
        }
        notifier.wait(pause).await;
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

/// Unlocks, connects, and looks what came while nobody listened; the secrets go again with the session.
async fn begun(home: &Home, common: &Common, arrivals: &mut Arrivals) -> Result<(Stream, usize), Failure> {
    // It may have moved to another address meanwhile.
    let home = Home::open(home.dir())?;
    let master = match &common.passphrase_file {
        Some(file) => keystore::unlock(home.dir(), &passphrase_of(file)?)?,
        None => agent::fetch(home.dir())
            .ok_or_else(|| Failure::usage("usage-locked", "unlock first, or give --passphrase-file"))?,
    };
    let mut session = Session::open(home, master, pli_server::system_clock())?;
    let mut stream = Stream::begun(&mut session).await?;
    // The stream begins with the advice to look, which is done here.
    if stream.next().await? != News::Look {
        return Err(crate::failure::Unverified::Answer.into());
    }
    Ok((stream, arrivals.look(&mut session).await?))
}

/// Who sends the messages, and how often.
struct Notifier<'a> {
    smtp: Arc<Smtp>,
    pace: Pace,
    show: &'a Show,
}

impl Notifier<'_> {
    /// Listens until the connection is lost, and says why it was.
    async fn listen(&mut self, stream: &mut Stream, arrivals: &mut Arrivals) -> Failure {
        loop {
            let next = stream.next();
            // A frame that was half read must not be dropped for a message that is due.
            tokio::pin!(next);
            let news = loop {
                tokio::select! {
                    news = &mut next => break news,
                    () = due(self.pace) => self.tell().await,
                }
            };
            match news.map(|news| arrivals.hears(news)) {
                Ok(Worth::Letter | Worth::Look) => self.pace.came(),
                Ok(Worth::Nothing) => {}
                Err(failure) => return failure,
            }
        }
    }

    /// Waits, and sends meanwhile what is due.
    async fn wait(&mut self, pause: Duration) {
        let end = Instant::now() + pause;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(end) => return,
                () = due(self.pace) => self.tell().await,
            }
        }
    }

    async fn tell(&mut self) {
        let sent = self.send().await;
        self.pace.tried(sent.is_ok(), Instant::now());
        match sent {
            Ok(()) => {
                self.show.result(&json!({"state": "told"}), |words| vec![words.say("notify-told", &[])]);
            }
            Err(failure) => {
                self.show.aside("notify-again", &[("reason", failure.to_string().into())]);
            }
        }
    }

    async fn send(&self) -> Result<(), Failure> {
        let (smtp, words) = (Arc::clone(&self.smtp), Arc::clone(&self.show.words));
        let sending = tokio::task::spawn_blocking(move || smtp.tell(&words));
        sending.await.unwrap_or_else(|_| Err(Failure::local("notify-not-sent", "sending broke off")))
    }
}

/// Waits until a message is due; forever if none is.
async fn due(pace: Pace) {
    match pace.due() {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// When the next message may go.
#[derive(Default, Clone, Copy)]
struct Pace {
    /// Since when somebody is to be told.
    since: Option<Instant>,
    not_before: Option<Instant>,
}

impl Pace {
    fn came(&mut self) {
        self.since.get_or_insert_with(Instant::now);
    }

    fn due(self) -> Option<Instant> {
        let since = self.since?;
        Some(self.not_before.map_or(since, |not_before| since.max(not_before)))
    }

    fn tried(&mut self, is_sent: bool, now: Instant) {
        if is_sent {
            self.since = None;
        }
        self.not_before = Some(now + if is_sent { PACE } else { MAIL_AGAIN });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn however_many_letters_come_one_message_goes_in_a_quarter_of_an_hour() {
        let mut pace = Pace::default();
        assert_eq!(pace.due(), None);
        pace.came();
        let first = Instant::now();
        assert_eq!(pace.due(), Some(first));
        pace.tried(true, first);
        assert_eq!(pace.due(), None, "nothing came since");
        tokio::time::advance(Duration::from_secs(60)).await;
        pace.came();
        pace.came();
        assert_eq!(pace.due(), Some(first + PACE));
        pace.tried(false, first + PACE);
        assert_eq!(pace.due(), Some(first + PACE + MAIL_AGAIN), "the server did not take it");
        pace.tried(true, first + PACE + MAIL_AGAIN);
        assert_eq!(pace.due(), None);
    }
}
