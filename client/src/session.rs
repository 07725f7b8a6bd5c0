//! An unlocked device, a root or a witness talking to the relay: it signs every request and verifies every answer.
//!
//! What the log says is followed here and nowhere else: each answer's checkpoint must go on from
//! what is remembered, each confirmation must hold the very request that was signed, and only then
//! is anything that came with it used. The memory of the device is locked for each look at it, not
//! for a whole request: where another command of the same home went ahead meanwhile, the proof
//! between both views is asked for.

mod certificate;

use crate::failure::{Failure, Unverified};
use crate::home::{Home, Memory};
use crate::keystore::{KeyStore, Master};
use crate::link::{Conversation, Link};
use crate::outside;
use crate::trust::{STATEMENT_FRAME_BYTES_MAX, STATEMENTS_MAX};
use crate::upkeep;
use pli_server::Clock;
use pli_server::transport::tls::Identity;
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::directory::{Continuity, Directory};
use shared::ids::{DeviceId, Digest, MessageId, Random};
use shared::log::{Confirmation, Head, InvalidConfirmation, LogMemory, LogView, Record, attested};
use shared::refusal::Refusal;
use shared::seal::ExpiryIdentity;
use shared::signed::{Document, Signed};
use shared::statement::{Kind, Root, Statement};
use shared::time::{Bucket, Timestamp};
use shared::wire::{About, Answer, Ask, Request, VERSION};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// Whoever runs one command after the other does not wait for an absent relay each time.
const AWAY_SECONDS: u64 = 5;

/// An unlocked device, a root or a witness, with a connection.
pub struct Session {
    /// Its home.
    pub home: Home,
    key: SigningKey,
    root: Root,
    door: Door,
    link: Option<Link>,
    clock: Clock,
    checkpoint: Option<String>,
    stays: bool,
    touched: BTreeSet<MessageId>,
    /// Until when a relay that did not answer is not tried again.
    away_until: Timestamp,
}

/// By which door it comes in, with the secrets behind it.
enum Door {
    /// A device, with its key store, and with its certificate as soon as it has one.
    Device { store: Box<KeyStore>, identity: Option<Identity> },
    /// A root or a witness, which has no certificate: a stranger to the door, known by its signature.
    Stranger,
}

/// A verified answer.
pub struct Answered {
    /// What the relay says.
    pub answer: Answer,
    /// The frames that follow.
    pub conversation: Conversation,
    /// The newest head, where the answer brought one.
    pub head: Option<Head>,
    /// The record of what was asked, proved to be in the log, where the answer is a confirmation.
    pub record: Option<Record>,
}

impl Session {
    /// Opens the key store and verifies the root statement. Does not connect yet.
    ///
    /// # Errors
    /// [`Failure`] if the home or the key store is not what it should be.
    pub fn open(home: Home, master: Master, clock: Clock) -> Result<Self, Failure> {
        let store = KeyStore::open(home.dir(), master)?;
        Self::with(home, store, clock)
    }

    /// As [`open`](Self::open), with a key store that is open. A device without a certificate asks for
    /// one when it connects.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn with(home: Home, mut store: KeyStore, clock: Clock) -> Result<Self, Failure> {
        outside::clear(&home)?;
        upkeep::opened(&home, &mut store, clock.now())?;
        let key = SigningKey::from_seed(Zeroizing::new(store.secrets().signing_seed));
        let certificate = home.certificate()?;
        let identity = certificate.map(|der| Identity::from_der(vec![der], &store.secrets().tls_key));
        let identity = identity.transpose().map_err(|error| Failure::local("local-certificate", error))?;
        Self::begun(home, key, Door::Device { store: Box::new(store), identity }, clock)
    }

    /// A root of its own right, which has neither a key store nor a certificate.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn of_root(home: Home, key: SigningKey, clock: Clock) -> Result<Self, Failure> {
        Self::begun(home, key, Door::Stranger, clock)
    }

    /// A witness, which has neither of them either.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn of_witness(home: Home, key: SigningKey, clock: Clock) -> Result<Self, Failure> {
        Self::begun(home, key, Door::Stranger, clock)
    }

    fn begun(home: Home, key: SigningKey, door: Door, clock: Clock) -> Result<Self, Failure> {
        let root = home.root()?;
        home.follow_roots()?;
        Ok(Self {
            home,
            key,
            root,
            door,
            link: None,
            clock,
            checkpoint: None,
            stays: false,
            touched: BTreeSet::new(),
            away_until: Timestamp(0),
        })
    }

    /// The time by this device's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Its clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::clone(&self.clock)
    }

    /// This device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.key.id()
    }

    /// What this device signs with.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The root statement.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Goes on under the newest root, whose keys an earlier one vouches for.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be kept.
    pub fn adopt_roots(&mut self, newest: &Root, roots: &[Statement]) -> Result<(), Failure> {
        // Who drafted the first root holds it without the other half's signature until now.
        if self.root.link.version <= newest.link.version && self.home.roots()? != roots {
            self.home.keep_roots(roots)?;
        }
        if self.root.link.version < newest.link.version {
            self.root = newest.clone();
        }
        Ok(())
    }

    /// The secret of one bucket, if it lives. No other secret is ever tried.
    #[must_use]
    pub fn expiry_identity(&self, bucket: Bucket) -> Option<ExpiryIdentity> {
        let secret = self.store()?.secrets().expiry.iter().find(|secret| secret.bucket == bucket)?;
        Some(ExpiryIdentity::from_bytes(&secret.seed))
    }

    /// The key store of a device; nobody else has one.
    #[must_use]
    pub fn store(&self) -> Option<&KeyStore> {
        match &self.door {
            Door::Device { store, .. } => Some(store),
            Door::Stranger => None,
        }
    }

    /// The same, to be changed.
    pub fn store_mut(&mut self) -> Option<&mut KeyStore> {
        match &mut self.door {
            Door::Device { store, .. } => Some(store),
            Door::Stranger => None,
        }
    }

    /// The newest checkpoint that was verified on this connection, as it was signed.
    #[must_use]
    pub fn checkpoint(&self) -> Option<&str> {
        self.checkpoint.as_deref()
    }

    /// Asks something and verifies what the answer proves.
    ///
    /// # Errors
    /// [`Failure`]; where the log did not verify, the evidence is kept and nothing is remembered.
    pub async fn ask(&mut self, ask: Ask, bodies: &[Vec<u8>]) -> Result<Answered, Failure> {
        self.touches(&ask);
        let request = self.sign(ask)?;
        self.ask_signed(&request, bodies).await
    }

    /// Signs a request without sending it, to be able to send the same bytes again.
    ///
    /// # Errors
    /// [`Failure`] if the memory cannot be used.
    pub fn sign(&self, ask: Ask) -> Result<Signed, Failure> {
        let mut lock = self.home.memory()?;
        // A counter is never used twice, not even after a crash: it is on the disk before it is sent.
        lock.memory.counter += 1;
        lock.save()?;
        let Memory { counter, receipt, log, .. } = &lock.memory;
        let request = Request {
            version: VERSION,
            device: self.device(),
            counter: *counter,
            time: self.now(),
            opening: Random::draw(),
            known: log.tree.size,
            receipt: *receipt,
            ask,
        };
        // What was typed may be long; the relay would not hear of it.
        if cbor::encode(&request).len() > Request::BYTES_MAX {
            return Err(Refusal::TooLarge.into());
        }
        Ok(Signed::new(&request, &[&self.key]))
    }

    /// Sends a signed request and verifies what the answer proves.
    ///
    /// # Errors
    /// As for [`ask`](Self::ask).
    pub async fn ask_signed(&mut self, request: &Signed, bodies: &[Vec<u8>]) -> Result<Answered, Failure> {
        let mut conversation = self.begin_signed(request, bodies).await?;
        let answer = match conversation.answer().await {
            Ok(answer) => answer,
            Err(lost @ (Failure::Unreached | Failure::Struck | Failure::Changed)) => {
                self.link = None;
                return Err(lost);
            }
            Err(failure) => return Err(failure),
        };
        if let Some(view) = answer.log()
            && view.origin() != self.home.memory()?.memory.log.origin
        {
            self.follow_reopened().await?;
        }
        let (head, record) = self.verified(request, &answer).await?;
        if let Some(view) = answer.log() {
            self.checkpoint = Some(view.checkpoint.clone());
        }
        if let Some(head) = head {
            upkeep::heard(self, head)?;
        }
        Ok(Answered { answer, conversation, head, record })
    }

    /// Begins something whose bytes stream in one direction or the other; its answer proves nothing
    /// of the log.
    ///
    /// # Errors
    /// [`Failure`] if the connection is lost.
    pub async fn begin(&mut self, ask: Ask) -> Result<Conversation, Failure> {
        self.touches(&ask);
        let request = self.sign(ask)?;
        self.begin_signed(&request, &[]).await
    }

    async fn begin_signed(&mut self, request: &Signed, bodies: &[Vec<u8>]) -> Result<Conversation, Failure> {
        self.connect(request).await?;
        let begun = self.link.as_ref().ok_or(Failure::Unreached)?.begin(request, bodies).await;
        if begun.is_err() {
            self.link = None;
        }
        begun
    }

    /// Keeps the connection between commands, for whoever runs one after the other.
    pub fn stay(&mut self) {
        self.stays = true;
    }

    /// The letters that were asked about since the last time, where the session stays: what was known of them may be old.
    pub fn touched(&mut self) -> BTreeSet<MessageId> {
        std::mem::take(&mut self.touched)
    }

    fn touches(&mut self, ask: &Ask) {
        if self.stays {
            self.touched.extend(ask.item());
        }
    }

    /// Says good-bye to the relay.
    pub fn close(&mut self) {
        if !self.stays
            && let Some(link) = self.link.take()
        {
            link.close();
        }
    }

    /// Forgets a connection that was lost; the next request makes another.
    pub fn disconnect(&mut self) {
        self.link = None;
    }

    async fn connect(&mut self, request: &Signed) -> Result<(), Failure> {
        // The relay hears little from a stranger on one connection; then another is made.
        if self.link.as_ref().is_some_and(Link::is_used_up) {
            self.disconnect();
        }
        if self.link.is_none() && self.stays && self.now() < self.away_until {
            return Err(Failure::Unreached);
        }
        if self.link.is_none() {
            let relay = self.home.config.relay;
            let enrols = request.peek::<Request>().is_ok_and(|asked| matches!(asked.ask, Ask::Enrol { .. }));
            if enrols || matches!(self.door, Door::Stranger) {
                self.link = Some(Link::connect_as_stranger(relay, &self.root.relay.tls_ca).await?);
                return Ok(());
            }
            self.renew_what_is_over().await?;
            let Door::Device { identity: Some(identity), .. } = &self.door else {
                return Err(Failure::local("local-certificate", "no certificate"));
            };
            let link = Link::connect(relay, identity, &self.root.relay.tls_ca).await;
            if matches!(link, Err(Failure::Unreached)) {
                self.away_until = self.clock.now().plus(AWAY_SECONDS);
            }
            let link = link?;
            self.renew_what_ends_soon(&link).await;
            self.link = Some(link);
        }
        Ok(())
    }

    async fn verified(
        &self,
        request: &Signed,
        answer: &Answer,
    ) -> Result<(Option<Head>, Option<Record>), Failure> {
        if let Some(confirmation) = answer.confirmation() {
            let (record, head) = self.confirm(request, confirmation).await?;
            return Ok((Some(head), Some(record)));
        }
        match answer.log() {
            Some(view) => Ok((Some(self.follow(view).await?), None)),
            None => Ok((None, None)),
        }
    }

    /// the log only goes forward.
    async fn follow(&self, view: &LogView) -> Result<Head, Failure> {
        loop {
            let known = self.home.memory()?.memory.log;
            let proof = self.proof_from(&known, view).await?;
            let mut lock = self.home.memory()?;
            // Another command of this home may have gone ahead meanwhile.
            if lock.memory.log != known {
                continue;
            }
            let followed = lock.memory.log.follow(view, &proof, self.now());
            let head = self.or_evidence(followed, &cbor::encode(view))?;
            if head.tree() == lock.memory.log.tree {
                lock.memory.checkpoint = Some(view.checkpoint.clone());
            }
            // what others signed is the beginning of this log, or it is evidence.
            let policy = &self.root.witnesses;
            let attested = attested(policy, &lock.memory.log, head, &view.cosigned, self.now());
            let attested = self.or_evidence(attested, &cbor::encode(view))?;
            lock.memory.attested = lock.memory.attested.max(attested);
            upkeep::heard_of(&mut lock.memory.upkeep, head, self.now());
            lock.save()?;
            return Ok(head);
        }
    }

    /// the relay shows a log under another name. The roots that it shows say whether that is the one to go on
    /// with; without any that do, what it showed is judged as what it is.
    async fn follow_reopened(&mut self) -> Result<(), Failure> {
        let about = match self.door {
            Door::Device { .. } => About::Own,
            Door::Stranger => About::Proposals,
        };
        let request = self.sign(Ask::Statements(about))?;
        let mut conversation = self.begin_signed(&request, &[]).await?;
        let count = match conversation.answer().await {
            Ok(Answer::Statements { count, .. }) if count <= STATEMENTS_MAX => count,
            // A witness is shown no statements: people hand it the root.
            Ok(_) | Err(Failure::Refused(_)) => return Ok(()),
            Err(failure) => return Err(failure),
        };
        let mut roots = Vec::new();
        for _ in 0..count {
            let statement: Statement = conversation.item(STATEMENT_FRAME_BYTES_MAX).await?;
            roots.extend((statement.kind == Kind::Root).then_some(statement));
        }
        if !go_on_from(&roots, &self.home.roots()?) {
            return Ok(());
        }
        let mut directory = Directory::pinned(self.home.fingerprint()?);
        for root in &roots {
            if let Err(invalid) = directory.accept(root, Continuity::Forward) {
                self.home.keep_evidence(&cbor::encode(root))?;
                return Err(invalid.into());
            }
        }
        let newest = directory.root().cloned().ok_or(Unverified::Answer)?;
        self.adopt_roots(&newest, &roots)?;
        self.home.follow_roots()
    }

    /// what is confirmed is in the log, with the very request that this device signed.
    async fn confirm(
        &self,
        request: &Signed,
        confirmation: &Confirmation,
    ) -> Result<(Record, Head), Failure> {
        let evidence = cbor::encode(confirmation);
        let head = self.follow(&confirmation.log).await?;
        let record = self.or_evidence(confirmation.recorded(head.tree()), &evidence)?;
        let tells = request.peek::<Request>().is_ok_and(|request| record.tells(&request));
        if record.request.as_ref() != Some(request) || !tells {
            return self.or_evidence(Err(InvalidConfirmation::Record), &evidence);
        }
        self.home.keep_receipt(confirmation)?;
        let mut lock = self.home.memory()?;
        lock.memory.receipt = Some(sha256(&evidence));
        lock.save()?;
        Ok((record, head))
    }

    /// The proof between what is remembered and what a view shows. A view that was asked for before
    /// another command of this home went ahead needs one of its own.
    async fn proof_from(&self, known: &LogMemory, view: &LogView) -> Result<Vec<Digest>, Failure> {
        if view.since == known.tree.size {
            return Ok(view.consistency.clone());
        }
        let shown = self.or_evidence(known.size_of(view), &cbor::encode(view))?;
        let (older, newer) = (shown.min(known.tree.size), shown.max(known.tree.size));
        let request = self.sign(Ask::Consistency { older, newer })?;
        let link = self.link.as_ref().ok_or(Failure::Unreached)?;
        match link.begin(&request, &[]).await?.answer().await? {
            Answer::Consistency(proof) => Ok(proof),
            _ => Err(Unverified::Answer.into()),
        }
    }

    fn or_evidence<T>(&self, outcome: Result<T, InvalidConfirmation>, evidence: &[u8]) -> Result<T, Failure> {
        if outcome.is_err() {
            self.home.keep_evidence(evidence)?;
        }
        Ok(outcome?)
    }
}

/// Whether these roots are more than those, and begin with them.
pub(crate) fn go_on_from(roots: &[Statement], held: &[Statement]) -> bool {
    let same = |(one, other): (&Statement, &Statement)| one.signed.digest() == other.signed.digest();
    roots.len() > held.len() && roots.iter().zip(held).all(same)
}
