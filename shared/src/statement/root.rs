//! The root statement: the authority's key and the parquet's, pinned together.
//!
//! Neither can change the other's half, nor anything that hangs on both: the relay's keys, the
//! log's origin, the ladder of buckets, the witness policy. The fingerprint that a member compares
//! at enrolment is the digest of the first root statement.

use super::Link;
use crate::ids::{KeyId, PublicKey};
use crate::limits::{STATEMENT_BYTES_MAX, WITNESS_FRESH_SECONDS, WITNESS_STOP_SECONDS, WITNESSES_MAX};
use crate::log::{Attested, Continued, WitnessKey};
use crate::signed::Document;
use crate::time::{BucketPolicy, DAY_SECONDS, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The two roots and what both vouch for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// Its place in the chain.
    pub link: Link,
    /// The secretariat of the comité de pilotage: who is who.
    pub authority: PublicKey,
    /// The parquet: its hats, and the visa on groups and nomenclature.
    pub parquet: PublicKey,
    /// The relay.
    pub relay: RelayKeys,
    /// For which stretches of time devices keep keys.
    pub buckets: BucketPolicy,
    /// How many months a record stays readable on line (CNIL 2021-122).
    pub log_months: u8,
    /// Who else must have seen a checkpoint.
    pub witnesses: WitnessPolicy,
}

impl Root {
    /// For how long what opens a record is kept, in seconds: its months, twelve of which are 365 days. So many months by
    /// the calendar are never shorter, and a device that publishes that many buckets of a month has one that lasts.
    #[must_use]
    pub fn log_kept_seconds(&self) -> u64 {
        u64::from(self.log_months) * 365 * DAY_SECONDS / 12
    }
}

/// What identifies the relay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayKeys {
    /// The origin line of its checkpoints (C2SP tlog-checkpoint).
    pub log_origin: String,
    /// The key that signs its checkpoints.
    pub log_key: PublicKey,
    /// The DER certificate of the authority that issues the relay's and the devices' TLS
    /// certificates. It opens the door and proves nothing else.
    #[serde(with = "serde_bytes")]
    pub tls_ca: Vec<u8>,
    /// Which log this one goes on from, where the relay was put back from a backup.
    pub continues: Option<Continued>,
}

/// Which cosignatures a checkpoint needs, and how long the log is used without.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessPolicy {
    /// How many of the keys below; none where nobody else watches the log.
    pub needed: u8,
    /// The witnesses' verifier keys (C2SP signed-note, `cosignature/v1`).
    pub keys: Vec<WitnessKey>,
    /// After this many seconds without, members are told.
    pub fresh_seconds: u64,
    /// After this many, nothing more is deposited.
    pub stop_seconds: u64,
}

impl WitnessPolicy {
    /// So many of these witnesses, once a day; without for a week at most.
    #[must_use]
    pub fn of(needed: u8, keys: Vec<WitnessKey>) -> Self {
        Self { needed, keys, fresh_seconds: WITNESS_FRESH_SECONDS, stop_seconds: WITNESS_STOP_SECONDS }
    }

    /// whether it can be met, by witnesses who are neither each other nor one of these keys.
    #[must_use]
    pub fn is_sound(&self, others: &[PublicKey]) -> bool {
        let keys: BTreeSet<_> = self.keys.iter().map(|witness| witness.key().0).collect();
        keys.len() == self.keys.len()
            && keys.len() <= WITNESSES_MAX
            && usize::from(self.needed) <= keys.len()
            && others.iter().all(|other| !keys.contains(&other.0))
            && (1..=self.stop_seconds).contains(&self.fresh_seconds)
    }

    /// The witness that signs with this key.
    #[must_use]
    pub fn witness(&self, id: KeyId) -> Option<&WitnessKey> {
        self.keys.iter().find(|witness| witness.key().id() == id)
    }

    /// What it says of a log that was attested last at this time.
    #[must_use]
    pub fn judge(&self, attested: Option<Timestamp>, now: Timestamp) -> Attested {
        let is_fresh = attested.is_some_and(|attested| now.since(attested) <= self.fresh_seconds);
        if self.needed == 0 || is_fresh { Attested::Enough } else { Attested::Since(attested) }
    }

    /// whether a member still deposits in a log that was attested last at this time, and if never,
    /// then since the policy was made.
    #[must_use]
    pub fn allows_deposits(&self, attested: Option<Timestamp>, made: Timestamp, now: Timestamp) -> bool {
        self.needed == 0 || now.since(attested.unwrap_or(made)) <= self.stop_seconds
    }
}

impl Document for Root {
    const CONTEXT: &'static str = "pli/root/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn witness(byte: u8) -> WitnessKey {
        WitnessKey::new("witness.example", PublicKey([byte; 32])).unwrap()
    }

    ///
    #[test]
    fn a_policy_can_be_met_by_others_than_the_relay() {
        let sound = |needed, keys: &[u8]| {
            let keys = keys.iter().map(|byte| witness(*byte)).collect();
            WitnessPolicy::of(needed, keys).is_sound(&[PublicKey([9; 32])])
        };
        assert!(sound(0, &[]) && sound(2, &[1, 2, 3]) && sound(8, &[1, 2, 3, 4, 5, 6, 7, 8]));
        assert!(!sound(1, &[]), "more than there are");
        assert!(!sound(2, &[1, 1]), "one of them twice");
        assert!(!sound(1, &[9]), "who watches is watched");
        assert!(!sound(1, &[1, 2, 3, 4, 5, 6, 7, 8, 10]), "too many");
        let of = |fresh_seconds, stop_seconds| WitnessPolicy {
            fresh_seconds,
            stop_seconds,
            ..WitnessPolicy::of(1, vec![witness(1)])
        };
        assert!(of(1, 1).is_sound(&[]) && !of(0, 1).is_sound(&[]) && !of(2, 1).is_sound(&[]));
    }

    ///
    #[test]
    fn a_log_without_witnesses_is_told_and_then_used_no_more() {
        let policy = WitnessPolicy::of(1, vec![witness(1)]);
        let (made, seen) = (Timestamp(1_000_000), Timestamp(2_000_000));
        let check = |attested: Option<Timestamp>, now: Timestamp, is_told: bool, deposits: bool| {
            let expected = if is_told { Attested::Since(attested) } else { Attested::Enough };
            assert_eq!(policy.judge(attested, now), expected, "{attested:?} {now:?}");
            assert_eq!(policy.allows_deposits(attested, made, now), deposits, "{attested:?} {now:?}");
        };
        check(Some(seen), seen, false, true);
        check(Some(seen), seen.plus(WITNESS_FRESH_SECONDS), false, true);
        check(Some(seen), seen.plus(WITNESS_FRESH_SECONDS + 1), true, true);
        check(Some(seen), seen.plus(WITNESS_STOP_SECONDS), true, true);
        check(Some(seen), seen.plus(WITNESS_STOP_SECONDS + 1), true, false);
        check(None, made, true, true);
        check(None, made.plus(WITNESS_STOP_SECONDS + 1), true, false);
        let nobody = WitnessPolicy::of(0, Vec::new());
        assert_eq!(nobody.judge(None, made.plus(WITNESS_STOP_SECONDS + 1)), Attested::Enough);
        assert!(nobody.allows_deposits(None, made, made.plus(WITNESS_STOP_SECONDS + 1)));
    }
}
