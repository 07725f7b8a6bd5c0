//! What is signed: statements, checkpoints, and what proves and fills the log.

use super::stage::{ORIGIN, STAGE, Stage};
use super::{canonical, is_canonical};
use crate::account;
use crate::world::{COORD, MAIRE, PROC};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use shared::bundle::{self, Bundle};
use shared::crypto::{BoxKey, SigningKey, sha256};
use shared::directory::Continuity;
use shared::ids::{Digest, Random};
use shared::log::{
    Checkpoint, Confirmation, GroupProof, Leaf, LogMemory, LogView, Record, RecordBox, Revealed, TreeHead,
    attested, verifier_key, verify_consistency, verify_inclusion,
};
use shared::nomenclature::Nomenclature;
use shared::signed::{Document, Signed};
use shared::statement::{
    Adhesion, Annuaire, Card, Charter, Delegation, DeviceKey, Devices, Enrolment, Group, Hold, KeyPage, Kind,
    NomenclatureStatement, Proposal, Rereading, Root, Roster, RulesetStatement, Statement,
};

/// A statement as it came; and the same signed by those who may, with the digest of its body.
pub(super) fn statement(bytes: &[u8]) -> bool {
    let Some(statement) = canonical::<Statement>(bytes) else { return false };
    let mut accepted = false;
    for statement in [signed_again(&statement), Some(statement)].into_iter().flatten() {
        for continuity in [Continuity::Next, Continuity::Forward] {
            let judged = STAGE.directory.judge(&statement, continuity);
            accepted |= judged.is_ok();
            if let Ok(judged) = judged {
                let mut directory = STAGE.directory.clone();
                directory.apply(judged);
                drop(directory.view(STAGE.world.group));
            }
        }
    }
    accepted
}

/// The text of the nomenclature.
pub(super) fn nomenclature(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| Nomenclature::parse(text).is_ok())
}

/// A checkpoint; and its text under a signature of the log's key.
pub(super) fn checkpoint(bytes: &[u8]) -> bool {
    let Ok(note) = std::str::from_utf8(bytes) else { return false };
    let key = STAGE.log_key.public();
    [note, &again(note)].into_iter().any(|note| {
        let Ok(checkpoint) = Checkpoint::verify(ORIGIN, key, note) else { return false };
        assert_eq!(checkpoint.note(), note);
        let witness = &STAGE.world.witnesses[0];
        let cosigned = witness.witness().cosign(&checkpoint, &witness.key, STAGE.world.now());
        let cosigned = Checkpoint::verify(ORIGIN, key, &cosigned).expect("only a line was added");
        assert_eq!(witness.witness().saw(&cosigned), Some(STAGE.world.now()));
        let _ = witness.witness().saw(&checkpoint);
        true
    })
}

/// Views, confirmations and proofs, with the text of their checkpoint under a signature of the log's key.
pub(super) fn proof(bytes: &[u8]) -> bool {
    let signed_again = |view: LogView| LogView { checkpoint: again(&view.checkpoint), ..view };
    if let Some(view) = canonical::<LogView>(bytes) {
        return follows(&view) | follows(&signed_again(view));
    }
    if let Some(confirmation) = canonical::<Confirmation>(bytes) {
        let log = signed_again(confirmation.log.clone());
        let Ok(checkpoint) = Checkpoint::verify(ORIGIN, STAGE.log_key.public(), &log.checkpoint) else {
            return false;
        };
        return follows(&log) & confirmation.recorded(checkpoint.head()).is_ok();
    }
    is_canonical::<GroupProof>(bytes) || hashes(bytes)
}

/// Leaves, records, boxes, and what opens them.
pub(super) fn record(bytes: &[u8]) -> bool {
    let opened = Random([5; 32]);
    let key = BoxKey::from_bytes([6; 32].into());
    let closed = RecordBox::close(7, 1, &key, opened, bytes);
    let inside = closed.open(7, &key).is_ok();
    inside || is_canonical::<Leaf>(bytes) || is_canonical::<Record>(bytes) || is_canonical::<Revealed>(bytes)
}

/// What is in a letter's account, signed by the reviewer; and the file as it came.
pub(super) fn bundle(bytes: &[u8]) -> bool {
    let fingerprint = STAGE.fingerprint();
    drop(bundle::verify(bytes, fingerprint));
    let Some(bundle) = canonical::<Bundle>(bytes) else { return false };
    bundle::verify(&account::signed(&STAGE.world, &bundle), fingerprint).is_ok()
}

fn signed_again(statement: &Statement) -> Option<Statement> {
    let Stage { world, .. } = &*STAGE;
    let both = [&world.authority, &world.parquet];
    let (president, proc) = (&world.people[MAIRE].key, &world.people[PROC].key);
    let body = statement.body.as_deref();
    let signed = &statement.signed;
    let digest = |named: Digest| body.map_or(named, sha256);
    let again = match statement.kind {
        Kind::Root => sign(signed.peek::<Root>().ok()?, &both),
        Kind::Nomenclature => {
            let named: NomenclatureStatement = signed.peek().ok()?;
            sign(NomenclatureStatement { text: digest(named.text), ..named }, &both)
        }
        Kind::Ruleset => {
            let named: RulesetStatement = signed.peek().ok()?;
            sign(RulesetStatement { rules: digest(named.rules), ..named }, &both)
        }
        Kind::Rereading => sign(signed.peek::<Rereading>().ok()?, &[president]),
        Kind::Card => {
            let card: Card = signed.peek().ok()?;
            let signer = if card.is_hat() { &world.parquet } else { &world.authority };
            sign(Card { personal: digest(card.personal), ..card }, &[signer])
        }
        Kind::Group => sign(signed.peek::<Group>().ok()?, &[president, proc, &world.authority]),
        Kind::Devices => sign(signed.peek::<Devices>().ok()?, &[president]),
        Kind::Charter => {
            let charter: Charter = signed.peek().ok()?;
            sign(Charter { text: digest(charter.text), ..charter }, &[president, proc])
        }
        Kind::Adhesion => sign(signed.peek::<Adhesion>().ok()?, &[president]),
        Kind::Hold => sign(signed.peek::<Hold>().ok()?, &[proc]),
        Kind::Delegation => sign(signed.peek::<Delegation>().ok()?, &[president]),
        Kind::Proposal => {
            let proposal: Proposal = signed.peek().ok()?;
            sign(Proposal { statement: digest(proposal.statement), ..proposal }, &[president])
        }
        Kind::Enrolment => {
            let enrolment: Enrolment = signed.peek().ok()?;
            let device = DeviceKey { key: STAGE.log_key.public(), ..enrolment.device };
            sign(Enrolment { device, ..enrolment }, &[&STAGE.log_key])
        }
        Kind::Annuaire => {
            let annuaire: Annuaire = signed.peek().ok()?;
            sign(Annuaire { lines: digest(annuaire.lines), ..annuaire }, &[&world.authority])
        }
        Kind::Roster => sign(signed.peek::<Roster>().ok()?, &[president, &world.people[COORD].key]),
        Kind::KeyPage => {
            let page: KeyPage = signed.peek().ok()?;
            let owner = STAGE.owner(page.device);
            sign(KeyPage { recipients: digest(page.recipients), ..page }, &[&owner.key])
        }
    };
    Some(Statement { kind: statement.kind, signed: again, body: statement.body.clone() })
}

fn sign<T: Document>(document: T, keys: &[&SigningKey]) -> Signed {
    Signed::new(&document, keys)
}

/// The text of a C2SP signed note under a signature of the log's key.
fn again(note: &str) -> String {
    let text = format!("{}\n", note.split("\n\n").next().unwrap_or_default());
    let verifier = verifier_key(ORIGIN, STAGE.log_key.public());
    let id = verifier.split('+').nth(1).and_then(|id| u32::from_str_radix(id, 16).ok()).unwrap_or_default();
    let signature = [&id.to_be_bytes()[..], &STAGE.log_key.sign_raw(text.as_bytes())].concat();
    format!("{text}\n\u{2014} {ORIGIN} {}\n", BASE64_STANDARD.encode(signature))
}

fn follows(view: &LogView) -> bool {
    let mut memory = LogMemory::new(ORIGIN.to_owned(), STAGE.log_key.public());
    let (now, policy) = (STAGE.world.now(), &STAGE.world.policy);
    let Ok(head) = memory.follow(view, &view.consistency, now) else { return false };
    let _ = attested(policy, &memory, head, &view.cosigned, now);
    memory.follow(view, &view.consistency, now).is_ok()
}

/// Two sizes and some hashes, as the two proofs of RFC 6962.
fn hashes(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first_chunk::<8>() else { return false };
    let Some((second, rest)) = rest.split_first_chunk::<8>() else { return false };
    let (chunks, _) = rest.as_chunks::<32>();
    let hashes: Vec<Digest> = chunks.iter().map(|hash| Digest(*hash)).collect();
    let [leaf, root, proof @ ..] = hashes.as_slice() else { return false };
    let (size, other) = (u64::from_be_bytes(*first), u64::from_be_bytes(*second));
    let head = TreeHead { size, root: *root };
    let older = TreeHead { size: other, root: *leaf };
    verify_inclusion(head, other, *leaf, proof).is_ok() || verify_consistency(head, older, proof).is_ok()
}
