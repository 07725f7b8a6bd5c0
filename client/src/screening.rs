//! The rules by which texts are screened here: those in force as the two roots signed them, or those that this program
//! carries, where nobody is enrolled.
//!
//! The rules themselves are [`shared::screening`]. What they stop is neither sent nor kept: the relay is told which
//! rules it was, to be counted, and nothing else.

use crate::documents::Limits;
use crate::documents::apart::Apart;
use crate::documents::ocr::Ocr;
use crate::failure::{Failure, Unverified};
use crate::home::Home;
use crate::session::Session;
use crate::trust;
use shared::crypto::{Sha256, sha256};
use shared::directory::{Directory, InvalidStatement};
use shared::ids::{Digest, GroupId, RuleId};
use shared::limits::RULES_NAMED_MAX;
use shared::message::{DocumentDraft, Rules};
use shared::screening::{Contents, Finding, Judgement, Panel, Screen, Verdict};
use shared::statement::{Ruleset, RulesetStatement};
use shared::wire::Ask;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::Stdio;

const RULES: &str = include_str!("../../shared/ruleset/article-5.toml");
const LEARNED: &[u8] = include_bytes!("../../shared/ruleset/model.bin");

/// A document of more bytes is not read.
pub const READ_BYTES_MAX: u64 = Limits::USUAL.document_bytes as u64;

/// The rule under which it is said that something could not be read.
pub const UNREAD: &str = "F1-illisible";

/// The rules in force, ready to judge.
pub struct InForce {
    /// The rules.
    pub screen: Screen,
    digest: Digest,
}

impl InForce {
    /// What a draft is screened by.
    #[must_use]
    pub fn rules(&self) -> Rules<'_> {
        Rules { screen: &self.screen, digest: self.digest }
    }
}

/// What was stopped, and what its writer or reader is told: the words stay on this screen.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// What was found.
    pub judgement: Judgement,
    /// What is said of it, one for each kind of rule that refused.
    pub panel: Vec<Panel>,
}

impl Stopped {
    /// What is said to whom the rules stop: the gravest first, each once.
    #[must_use]
    pub fn by(screen: &Screen, judgement: Judgement) -> Self {
        let mut panel: Vec<Panel> = Vec::new();
        for one in judgement.refusing().filter_map(|finding| screen.panel(&finding.rule)) {
            if !panel.contains(one) {
                panel.push(one.clone());
            }
        }
        Self { judgement, panel }
    }
}

/// The rules that this program carries.
#[must_use]
pub fn carried() -> Ruleset {
    Ruleset { text: RULES.to_owned(), weights: LEARNED.to_vec() }
}

/// The rules in force, asked for once and kept in the home: they are no secret.
///
/// # Errors
/// The relay's refusal, or exit 5 if they are not what was signed.
pub async fn in_force(session: &mut Session, directory: &Directory) -> Result<InForce, Failure> {
    let (statement, digest) =
        directory.ruleset().zip(directory.ruleset_digest()).ok_or(Unverified::Answer)?;
    let body = body(session, statement, digest).await?;
    let ruleset = Ruleset::decode(&body).map_err(|_| InvalidStatement::Body)?;
    Ok(InForce { screen: ready(&ruleset)?, digest })
}

/// The rules that were last in force in a home, where no relay is asked; without any, those that this program carries.
#[must_use]
pub fn last_in_force(home: Option<&Home>) -> Ruleset {
    let kept = home.and_then(Home::ruleset).and_then(|body| Ruleset::decode(&body).ok());
    kept.unwrap_or_else(carried)
}

/// Rules, ready to judge.
///
/// # Errors
/// Exit 5 if nothing can be judged by them.
pub fn ready(ruleset: &Ruleset) -> Result<Screen, Failure> {
    Ok(ruleset.screen().map_err(|invalid| InvalidStatement::Ruleset(invalid.to_string()))?)
}

async fn body(session: &mut Session, named: &RulesetStatement, digest: Digest) -> Result<Vec<u8>, Failure> {
    let fits = |body: &Vec<u8>| sha256(body) == named.rules;
    if let Some(body) = session.home.ruleset().filter(fits) {
        return Ok(body);
    }
    let carried = carried().encode();
    let body = if fits(&carried) {
        carried
    } else {
        let statement = trust::statement(session, digest).await?;
        statement.body.filter(fits).ok_or(InvalidStatement::Body)?
    };
    session.home.keep_ruleset(&body)?;
    Ok(body)
}

/// The rules that refused, each once, as many as a record names.
#[must_use]
pub fn refusing(judgement: &Judgement) -> Vec<RuleId> {
    let rules: BTreeSet<_> = judgement.refusing().map(|finding| finding.rule.clone()).collect();
    rules.into_iter().take(RULES_NAMED_MAX).collect()
}

/// Lets a text pass that leaves beside a letter.
///
/// # Errors
/// [`Failure::Stopped`], counted.
pub async fn pass(session: &mut Session, group: GroupId, text: &str, screen: &Screen) -> Result<(), Failure> {
    let judgement = screen.judge(text);
    if judgement.verdict != Verdict::Refuse {
        return Ok(());
    }
    Err(stopped(session, group, judgement, screen).await)
}

/// Lets a text be kept on this device, by the rules that were last in force here. Nobody tried to send it: nothing is
/// counted.
///
/// # Errors
/// [`Failure::Stopped`].
pub fn keeps(home: &Home, text: &str) -> Result<(), Failure> {
    let screen = ready(&last_in_force(Some(home)))?;
    let judgement = screen.judge(text);
    if judgement.verdict == Verdict::Refuse {
        return Err(Failure::Stopped(Box::new(Stopped::by(&screen, judgement))));
    }
    Ok(())
}

/// What the writer of something that was stopped is told, once it is counted.
pub async fn stopped(
    session: &mut Session,
    group: GroupId,
    judgement: Judgement,
    screen: &Screen,
) -> Failure {
    count(session, group, &judgement).await;
    Failure::Stopped(Box::new(Stopped::by(screen, judgement)))
}

/// Has it counted that something was stopped, without its writer. Where that fails, nobody is kept waiting for it.
async fn count(session: &mut Session, group: GroupId, judgement: &Judgement) {
    let ask = Ask::Blocked { group, rules: refusing(judgement) };
    if let Err(failure) = session.ask(ask, &[]).await {
        tracing::info!(%failure, "what the rules stopped was not counted");
    }
}

/// A file as a document of a draft: what can be read of it, and what it is, so that nothing else is sealed.
///
/// # Errors
/// [`Failure`] if the system does not let it be read.
pub fn document(file: &Path, name: String, bytes: u64) -> Result<DocumentDraft, Failure> {
    // First what it is, then what it says: whatever changes after this is noticed when it is sealed. What is too large
    // to be read is not.
    let read = if bytes <= READ_BYTES_MAX { Some(digest(file)?) } else { None };
    let contents = contents(file, None)?;
    Ok(DocumentDraft { name, bytes, contents, read })
}

/// SHA-256 of a file.
///
/// # Errors
/// [`Failure`] if it cannot be read.
pub fn digest(file: &Path) -> Result<Digest, Failure> {
    let failed = |error: io::Error| Failure::usage("send-document", error);
    let mut hash = Sha256::default();
    let mut file = File::open(file).map_err(failed)?;
    let mut chunk = vec![0; 256 * 1024];
    loop {
        match file.read(&mut chunk).map_err(failed)? {
            0 => return Ok(hash.finish()),
            read => hash.update(&chunk[..read]),
        }
    }
}

/// What is said of what could not be read: whoever sends it vouches for it.
#[must_use]
pub fn unreadable() -> Judgement {
    let rule = UNREAD.parse().ok();
    let finding = |rule| Finding { rule, verdict: Verdict::Unscreenable, release: false, words: Vec::new() };
    Judgement { verdict: Verdict::Unscreenable, findings: rule.map(finding).into_iter().collect() }
}

/// What can be read of a file, and of the pictures in it where somebody wants them recognised; of what is piped, where it
/// is `-`. It is read apart from everything that this process has.
///
/// # Errors
/// [`Failure`] if the system does not let it be read.
pub fn contents(file: &Path, ocr: Option<&Ocr>) -> Result<Contents, Failure> {
    let document = if file == Path::new("-") {
        Stdio::inherit()
    } else {
        let opened = File::open(file).and_then(|file| match file.metadata()?.is_dir() {
            true => Err(io::ErrorKind::IsADirectory.into()),
            false => Ok(file),
        });
        Stdio::from(opened.map_err(|error| Failure::usage("screen-file", error.kind()))?)
    };
    let apart = Apart::usual().map_err(|error| Failure::local("local-io", error))?;
    let mut reading = Apart { pictures: ocr.is_some(), ..apart }.read(document);
    if let Some(ocr) = ocr {
        ocr.add_to(&mut reading);
    }
    Ok(reading.into())
}
