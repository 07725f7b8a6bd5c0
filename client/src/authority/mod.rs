//! The two roots at work: the authority says who is who, the parquet who wears its hats.
//!
//! Each has a folder, made for a removable disk, and its key under a passphrase. A root signs its requests
//! with that very key, over a connection without a certificate. What it does is the same on both sides, for
//! other functions: [`founding`], [`invitations`], [`cards`], and together [`reopening`] and the next [`rules`] of
//! screening.

pub mod cards;
pub mod folder;
pub mod founding;
pub mod invitations;
pub mod reopening;
pub mod rules;

pub use folder::{RootFolder, RootPublic};

use crate::failure::Failure;
use crate::session::Session;
use crate::trust;
use pli_server::Clock;
use serde::{Deserialize, Serialize};
use shared::directory::{Chain, Continuity, Directory};
use shared::ids::PublicKey;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Card, Kind, Root, Statement};
use shared::wire::About;
use std::net::SocketAddr;
use std::time::Duration;

/// Which of the two roots.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Half {
    /// The secretariat of the comité de pilotage: everybody but the hats of the parquet.
    Authority,
    /// The parquet: its hats.
    Parquet,
}

impl Half {
    /// As it is typed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Parquet => "parquet",
        }
    }

    /// Whether this root certifies a card.
    #[must_use]
    pub fn certifies(self, card: &Card) -> bool {
        card.is_hat() == (self == Self::Parquet)
    }

    /// Its key in a root statement.
    #[must_use]
    pub fn key_in(self, root: &Root) -> PublicKey {
        match self {
            Self::Authority => root.authority,
            Self::Parquet => root.parquet,
        }
    }
}

/// A root at work: its folder open, everybody's cards proved.
pub struct Office {
    /// Its folder.
    pub folder: RootFolder,
    /// Its connection.
    pub session: Session,
    /// Every card, and the annuaires.
    pub directory: Directory,
}

impl Office {
    /// Reaches the relay and proves every card. `relay` is remembered; it is needed once.
    ///
    /// # Errors
    /// As for any request.
    pub async fn open(
        mut folder: RootFolder,
        relay: Option<SocketAddr>,
        clock: Clock,
    ) -> Result<Self, Failure> {
        let home = folder.home(relay)?;
        let mut session = Session::of_root(home.clone(), folder.signing_key(), Clock::clone(&clock))?;
        let proved = match trust::prove(&mut session, About::Everybody).await {
            // A new key that the relay knows already, although nobody was told: it takes the old one's place.
            Err(Failure::Refused(Refusal::NotEnrolled | Refusal::Malformed)) if folder.has_next() => {
                folder.promote()?;
                session = Session::of_root(home, folder.signing_key(), clock)?;
                trust::prove(&mut session, About::Everybody).await?
            }
            proved => proved?,
        };
        Ok(Self { folder, session, directory: proved.directory })
    }

    /// Which root this is.
    #[must_use]
    pub fn half(&self) -> Half {
        self.folder.half()
    }

    /// Signs a card as the next of its chain, and publishes it with its personal part or without.
    ///
    /// # Errors
    /// As for any request.
    pub(crate) async fn certify(&mut self, mut card: Card, personal: Option<Vec<u8>>) -> Result<(), Failure> {
        card.link = self.directory.next_link(&Chain::Card(card.member.clone()), self.session.now());
        let signed = Signed::new(&card, &[self.session.key()]);
        self.publish(Statement { kind: Kind::Card, signed, body: personal }).await
    }

    /// Publishes a statement, and holds it.
    pub(crate) async fn publish(&mut self, statement: Statement) -> Result<(), Failure> {
        loop {
            match trust::publish(&mut self.session, &statement).await {
                // A few hundred cards at once are more than a moment's share.
                Err(Failure::Wait { seconds }) => {
                    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
                }
                published => break published?,
            }
        }
        self.directory.accept(&statement, Continuity::Next)?;
        Ok(())
    }
}
