//! Witnesses and the relay: what it takes from whom, what it shows, and what each of them makes of it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_server::check::check;
use pli_server::folder;
use pli_server::relay::{Relay, Running};
use pli_server::store::Folder;
use pli_tests::world::{MAIRE, Person, World};
use shared::crypto::SigningKey;
use shared::directory::{Continuity, Directory, InvalidStatement};
use shared::ids::Digest;
use shared::limits::{COSIGNED_BYTES_MAX, HEAD_ON_DEMAND_SECONDS, REQUEST_SECONDS_MAX, WITNESSES_MAX};
use shared::log::{
    Checkpoint, Cosigned, Head, InvalidCheckpoint, InvalidConfirmation, LogMemory, LogView, NotCosigned,
    TreeHead, WitnessKey, attested, cosign, sign_checkpoint,
};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{RelayKeys, WitnessPolicy};
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::{Answer, Ask, Request};
use tempfile::TempDir;

/// A relay that two of three witnesses must have seen.
struct Town {
    world: World,
    dir: TempDir,
    log_key: SigningKey,
    running: Option<Running>,
}

impl Town {
    async fn new() -> Self {
        let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
        world.make_relay(dir.path()).await;
        let log_key = folder::log_key(&Folder::open(dir.path()).unwrap()).unwrap().key;
        let running = Some(world.open(dir.path()));
        Self { world, dir, log_key, running }
    }

    fn relay(&self) -> &Relay {
        &self.running.as_ref().unwrap().relay
    }

    fn keys(&self) -> RelayKeys {
        self.relay().snapshot().directory.root().unwrap().relay.clone()
    }

    fn policy(&self) -> WitnessPolicy {
        self.relay().snapshot().directory.root().unwrap().witnesses.clone()
    }

    fn memory(&self) -> LogMemory {
        let keys = self.keys();
        LogMemory::new(keys.log_origin, keys.log_key)
    }

    async fn ask(&self, who: &Person, ask: Ask) -> Answer {
        let signed = who.request(ask, self.world.now());
        self.world.say(self.relay(), &signed, &[]).await.0
    }

    /// What a witness brings, and what it is told.
    async fn bring(&self, who: &Person, note: String) -> Result<(), Refusal> {
        match self.ask(who, Ask::Cosign { note }).await {
            Answer::Cosigned => Ok(()),
            Answer::Refused(refused) => Err(refused.refusal),
            other => panic!("{other:?}"),
        }
    }

    /// A witness signs the newest checkpoint.
    async fn sign(&self, witness: usize) {
        let witness = &self.world.witnesses[witness];
        self.bring(witness, self.world.cosigned(self.relay(), witness)).await.unwrap();
    }

    async fn view(&self) -> LogView {
        let Answer::Log(view) = self.ask(&self.world.people[MAIRE], Ask::Log).await else {
            panic!("no view")
        };
        view
    }

    /// What a member's client makes of the newest view.
    async fn attested(&self) -> Option<Timestamp> {
        let (view, mut memory) = (self.view().await, self.memory());
        let head = memory.follow(&view, &view.consistency, self.world.now()).unwrap();
        attested(&self.policy(), &memory, head, &view.cosigned, self.world.now()).unwrap()
    }

    /// Lets the log go on.
    async fn go_on(&self) {
        self.world.pass(HEAD_ON_DEMAND_SECONDS);
        self.view().await;
    }

    fn stop(&mut self) {
        self.running.take().unwrap().finish().unwrap();
    }
}

/// kept before it is answered, shown to everybody, and the time that counts is that of the last one
/// that is needed.
#[tokio::test(flavor = "multi_thread")]
async fn what_enough_witnesses_signed_is_shown_also_after_a_stop() {
    let mut town = Town::new().await;
    assert_eq!(town.attested().await, None);
    town.sign(0).await;
    assert_eq!(town.attested().await, None, "one of two");
    let first = town.world.now();
    town.go_on().await;
    town.sign(1).await;
    assert_eq!(town.attested().await, Some(first), "two of two, on trees of their own");
    let second = town.world.now();
    town.go_on().await;
    town.sign(2).await;
    assert_eq!(town.attested().await, Some(second), "the two newest of three");
    let size = town.relay().snapshot().commit.tree.size;
    town.stop();
    assert_eq!(check(town.dir.path(), town.world.now()).unwrap().faults, []);
    town.running = Some(town.world.open(town.dir.path()));
    assert_eq!(town.attested().await, Some(second));
    assert_eq!(town.relay().snapshot().commit.tree.size, size, "none of it made a record");
    town.sign(2).await;
    assert_eq!(town.attested().await, Some(second), "the same again is no news");
    town.stop();
    let file = town.dir.path().join("log/cosigned");
    std::fs::write(&file, b"damaged").unwrap();
    assert_eq!(check(town.dir.path(), town.world.now()).unwrap().faults.len(), 1);
    town.running = Some(town.world.open(town.dir.path()));
    assert_eq!(town.attested().await, None, "what is lost is not shown");
    town.sign(0).await;
    town.sign(1).await;
    assert_eq!(town.attested().await, Some(town.world.now()), "and is made again");
    town.stop();
}

/// everything else is refused, and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_signs_and_nothing_else_is_signed() {
    let mut town = Town::new().await;
    town.sign(0).await;
    town.sign(1).await;
    let (before, world) = (town.view().await, &town.world);
    let (one, mayor) = (&world.witnesses[0], &world.people[MAIRE]);
    let good = world.cosigned(town.relay(), one);
    let line = good.lines().last().unwrap().to_owned();
    let checkpoint = before.checkpoint.clone();
    let tree = town.relay().snapshot().commit.tree;
    let (keys, other) = (town.keys(), SigningKey::generate());
    let signed = |key: &SigningKey, origin: &str, head: TreeHead| {
        let note = sign_checkpoint(origin, key, head);
        let checkpoint = Checkpoint::verify(origin, key.public(), &note).unwrap();
        one.witness().cosign(&checkpoint, &one.key, world.now())
    };
    let own = &town.log_key;
    let flipped = |place: usize| {
        let mut bytes = good.clone().into_bytes();
        bytes[place] ^= 1;
        String::from_utf8(bytes).unwrap_or_default()
    };
    let late = world.cosigned(town.relay(), one);
    let cases = [
        ("a member", mayor, good.clone(), Refusal::NotEnrolled),
        ("another witness's", &world.witnesses[2], good.clone(), Refusal::Malformed),
        ("nobody's", one, checkpoint.clone(), Refusal::Malformed),
        ("another log", one, signed(&other, &keys.log_origin, tree), Refusal::Malformed),
        ("another origin", one, signed(own, "pli.example/other", tree), Refusal::Malformed),
        ("a bit of the root", one, flipped(good.find('\n').unwrap() + 6), Refusal::Malformed),
        ("a bit of the signature", one, flipped(good.len() - 20), Refusal::Malformed),
        ("more lines", one, format!("{good}{line}\n"), Refusal::Malformed),
        ("too long", one, "x".repeat(COSIGNED_BYTES_MAX + 1), Refusal::TooLarge),
        (
            "a size that never was",
            one,
            signed(own, &keys.log_origin, TreeHead { size: tree.size + 1, ..tree }),
            Refusal::NotFound,
        ),
        (
            "a root that never was",
            one,
            signed(own, &keys.log_origin, TreeHead { root: Digest([7; 32]), ..tree }),
            Refusal::NotFound,
        ),
    ];
    for (what, who, note, refusal) in cases {
        assert_eq!(town.bring(who, note).await, Err(refusal), "{what}");
    }
    let unknown = SigningKey::generate();
    let request = Request {
        device: unknown.id(),
        ..one.request(Ask::Cosign { note: good.clone() }, world.now()).peek::<Request>().unwrap()
    };
    let (answer, _) = world.say(town.relay(), &Signed::new(&request, &[&unknown]), &[]).await;
    assert_eq!(answer, Answer::Refused(Refusal::NotEnrolled.into()), "an unknown key");
    world.pass(REQUEST_SECONDS_MAX + 1);
    assert_eq!(town.bring(one, late).await, Err(Refusal::RequestTime), "of another time");
    let Answer::Refused(refused) = town.ask(one, Ask::Leaves { from: 0, to: 1 }).await else {
        panic!("a witness reads")
    };
    assert_eq!(refused.refusal, Refusal::NotEnrolled, "a witness asks for nothing else");
    let now = town.view().await;
    let notes = |view: &LogView| view.cosigned.iter().map(|it| it.note.clone()).collect::<Vec<_>>();
    assert_eq!(notes(&now), notes(&before), "nothing of it was kept");
    town.stop();
}

/// a witness signs what it followed, of now, and never less than before.
#[tokio::test(flavor = "multi_thread")]
async fn a_witness_signs_only_what_goes_on() {
    let mut town = Town::new().await;
    let mut memory = town.memory();
    let witness = &town.world.witnesses[0];
    let now = || town.world.now();
    let sign = |memory: &LogMemory, head: Head, checkpoint: &str, now: Timestamp| {
        cosign(memory, head, checkpoint, &witness.witness(), &witness.key, now)
    };
    let first = town.view().await;
    let earlier = memory.follow(&first, &first.consistency, now()).unwrap();
    assert!(sign(&memory, earlier, &first.checkpoint, now()).is_ok());
    assert!(sign(&memory, earlier, &first.checkpoint, now()).is_ok(), "the same tree again, after a crash");
    let (before, after) = (Timestamp(now().0 - REQUEST_SECONDS_MAX - 1), now().plus(REQUEST_SECONDS_MAX + 1));
    for clock in [before, after] {
        assert_eq!(sign(&memory, earlier, &first.checkpoint, clock), Err(NotCosigned::Stale));
    }
    town.go_on().await;
    let second = town.view().await;
    let between = town.relay().snapshot();
    let proof = between.commit.consistency(memory.tree.size, between.commit.tree.size, town.relay().files());
    let head = memory.follow(&second, &proof.unwrap(), now()).unwrap();
    assert_eq!(sign(&memory, earlier, &first.checkpoint, now()), Err(NotCosigned::Behind));
    assert_eq!(sign(&memory, head, &first.checkpoint, now()), Err(NotCosigned::Other));
    assert_eq!(sign(&memory, head, "no note", now()), Err(NotCosigned::Other));
    assert!(sign(&memory, head, &second.checkpoint, now()).is_ok());
    town.stop();
}

/// what others signed and is not the beginning of this log is a conflict, whoever signed it; and a
/// clock that runs ahead makes nothing fresh.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_takes_no_other_log_for_attested() {
    let mut town = Town::new().await;
    town.go_on().await;
    town.sign(0).await;
    town.sign(1).await;
    let signed_at = town.world.now();
    town.go_on().await;
    let (view, mut memory) = (town.view().await, town.memory());
    let (policy, keys) = (town.policy(), town.keys());
    let head = memory.follow(&view, &view.consistency, town.world.now()).unwrap();
    let judged = |shown: &[Cosigned], now: Timestamp| attested(&policy, &memory, head, shown, now);
    let (good, now) = (view.cosigned.clone(), town.world.now());
    assert_eq!(good.len(), 2, "as many as are needed");
    assert_eq!(judged(&good, now), Ok(Some(signed_at)));
    assert_eq!(judged(&good, now.plus(8 * DAY_SECONDS)), Ok(Some(signed_at)));
    assert_eq!(judged(&good, Timestamp(signed_at.0 - DAY_SECONDS)), Ok(None), "of tomorrow");
    assert_eq!(judged(&[good[0].clone(), good[0].clone()], now), Ok(None), "one of them twice");
    let lost = Cosigned { consistency: Vec::new(), ..good[0].clone() };
    assert_eq!(judged(&[lost], now), Err(InvalidConfirmation::Fork));
    let malformed = Err(InvalidConfirmation::Checkpoint(InvalidCheckpoint::Malformed));
    assert_eq!(judged(&vec![good[0].clone(); WITNESSES_MAX + 1], now), malformed);
    let long = Cosigned { note: "x".repeat(COSIGNED_BYTES_MAX + 1), ..good[0].clone() };
    assert_eq!(judged(&[long], now), malformed);
    town.stop();
    let other = TreeHead { size: memory.tree.size, root: Digest([7; 32]) };
    let fork =
        Cosigned { note: sign_checkpoint(&keys.log_origin, &town.log_key, other), consistency: Vec::new() };
    assert_eq!(judged(&[fork], now), Err(InvalidConfirmation::Fork), "also where no witness signed it");
}

/// neither relay nor client begins under a policy that nobody can meet, or that the watched one meets.
#[tokio::test(flavor = "multi_thread")]
async fn a_root_names_witnesses_who_can_be_enough() {
    let mut town = Town::new().await;
    let keys = town.keys();
    town.stop();
    let own = WitnessKey::new("pli.example", keys.log_key).unwrap();
    let good = town.world.policy.clone();
    let mut judged = |policy: WitnessPolicy| {
        town.world.policy = policy;
        let root = town.world.statements(keys.clone()).swap_remove(0);
        Directory::pinned(root.signed.digest()).accept(&root, Continuity::Next)
    };
    assert_eq!(judged(good.clone()), Ok(()));
    let impossible = InvalidStatement::Rule("a policy that these witnesses cannot meet");
    assert_eq!(judged(WitnessPolicy { needed: 4, ..good.clone() }), Err(impossible.clone()));
    assert_eq!(judged(WitnessPolicy::of(1, vec![own])), Err(impossible));
}
