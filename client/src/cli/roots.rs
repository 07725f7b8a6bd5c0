//! What is typed by the two roots, by who enrols, and about one's own devices.

use crate::dates;
use clap::{Args, Subcommand};
use shared::ids::{MemberId, OrganisationId, Role};
use shared::time::Timestamp;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The folder of a root.
#[derive(Args, Debug, Clone)]
pub struct RootDir {
    /// The folder of this root; best on a removable disk.
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
}

/// The folder of a root, and the relay.
#[derive(Args, Debug, Clone)]
pub struct Contact {
    /// The folder of this root.
    #[command(flatten)]
    pub root: RootDir,
    /// Where the relay listens; needed once, then remembered.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub relay: Option<SocketAddr>,
}

/// Who is who: the authority's work.
#[derive(Subcommand, Debug)]
pub enum Authority {
    /// Make the authority's root.
    Init(RootDir),
    /// Draft what founds a relay, and sign it for the authority.
    Draft(Draft),
    /// Draft the root that opens another log for a relay put back from a backup, and sign it for the authority.
    Reopen(Reopen),
    /// Invite a person.
    Invite(Box<Invite>),
    /// What both roots do with the persons they certify.
    #[command(flatten)]
    Cards(Cards),
    /// Publish a version of the annuaire: everybody in office who is not protected, or those named.
    Publish {
        /// Where.
        #[command(flatten)]
        contact: Contact,
        /// Which annuaire.
        #[arg(long, default_value = "Référents")]
        title: String,
        /// Who is on it.
        members: Vec<MemberId>,
    },
    /// Sign the groups that the authority founds, as their leaders proposed them.
    Validate {
        /// Where.
        #[command(flatten)]
        contact: Contact,
        /// Do not ask before signing. Without a terminal, nobody is asked.
        #[arg(long, short)]
        yes: bool,
    },
}

/// Who wears the hats of the parquet.
#[derive(Subcommand, Debug)]
pub enum Parquet {
    /// Make the parquet's root.
    Init(RootDir),
    /// Show what the authority drafted, and sign it for the parquet: what comes out founds the relay, or opens
    /// another log for it.
    Sign {
        /// Where.
        #[command(flatten)]
        root: RootDir,
        /// The draft; the signature is added to it.
        file: PathBuf,
        /// Do not ask before signing. Without a terminal, nobody is asked.
        #[arg(long, short)]
        yes: bool,
    },
    /// Invite a person to wear a hat: PROC, MREF, PREP or AUD.
    Certify(Box<Invite>),
    /// What both roots do with the persons they certify.
    #[command(flatten)]
    Cards(Cards),
}

/// What both roots do with the persons they certify.
#[derive(Subcommand, Debug)]
pub enum Cards {
    /// Show who answered an invitation, with the six words to compare.
    Pending(Contact),
    /// Compare the six words by telephone, and accept the device that answered.
    Accept {
        /// Where.
        #[command(flatten)]
        contact: Contact,
        /// Whose.
        member: MemberId,
        /// The six words, as they were said.
        #[arg(long, value_name = "WORDS")]
        words: Option<String>,
    },
    /// Say again, for twelve months, that persons are who and where they are.
    Attest {
        /// Where.
        #[command(flatten)]
        contact: Contact,
        /// Who.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        members: Vec<MemberId>,
        /// Everybody.
        #[arg(long)]
        all: bool,
    },
    /// End the inscription of persons at once, or of a whole organisation (convention art. 24).
    StrikeOff {
        /// Where.
        #[command(flatten)]
        contact: Contact,
        /// Who.
        #[arg(required_unless_present = "organisation", conflicts_with = "organisation")]
        members: Vec<MemberId>,
        /// A whole organisation.
        #[arg(long, value_name = "ID")]
        organisation: Option<OrganisationId>,
        /// Why; kept in the folder of this root only.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Do not ask before it is done. Without a terminal, nobody is asked.
        #[arg(long, short)]
        yes: bool,
    },
    /// Go on under a fresh root key; every person is certified anew.
    RotateRoot {
        /// Where.
        #[command(flatten)]
        contact: Contact,
        /// Do not ask before it is done. Without a terminal, nobody is asked.
        #[arg(long, short)]
        yes: bool,
    },
}

/// Draft a founding.
#[derive(Args, Debug)]
pub struct Draft {
    /// The authority's folder.
    #[command(flatten)]
    pub root: RootDir,
    /// The relay's public file, relay.json.
    #[arg(long, value_name = "FILE")]
    pub relay: PathBuf,
    /// The parquet's public file, public.json.
    #[arg(long, value_name = "FILE")]
    pub parquet: PathBuf,
    /// The nomenclature; the convention's without.
    #[arg(long, value_name = "FILE")]
    pub nomenclature: Option<PathBuf>,
    /// The rules of screening, in TOML; those that this program carries without.
    #[arg(long, value_name = "FILE")]
    pub ruleset: Option<PathBuf>,
    /// The public file of a witness, public.json. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub witness: Vec<PathBuf>,
    /// How many of the witnesses must have seen the log; more than half without.
    #[arg(long, value_name = "N", requires = "witness")]
    pub witnesses_needed: Option<u8>,
    /// Where to write the draft.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Open another log.
#[derive(Args, Debug)]
pub struct Reopen {
    /// The authority's folder.
    #[command(flatten)]
    pub root: RootDir,
    /// What the backup says of itself, backup.json.
    #[arg(long, value_name = "FILE")]
    pub backup: PathBuf,
    /// A checkpoint that is known outside of the relay: what `pli receipt newest` wrote on a member's device, a
    /// witness's `cosigned`, a mirror's `checkpoint`. May be repeated; the newest counts.
    #[arg(long, value_name = "FILE")]
    pub seen: Vec<PathBuf>,
    /// The name of the new log, without spaces and plus signs.
    #[arg(long, value_name = "NAME")]
    pub origin: String,
    /// Where to write the draft.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Invite a person.
#[derive(Args, Debug)]
pub struct Invite {
    /// Where.
    #[command(flatten)]
    pub contact: Contact,
    /// Their handle, such as bailleur-3; drawn for a protected agent.
    #[arg(required_unless_present = "protected", conflicts_with = "protected")]
    pub member: Option<MemberId>,
    /// Their function, such as BREF.
    #[arg(long, visible_alias = "hat", value_name = "CODE", required_unless_present = "replace")]
    pub function: Option<Role>,
    /// The handle of their organisation.
    #[arg(long, value_name = "ID", required_unless_present = "replace", requires = "organisation_name")]
    pub organisation: Option<OrganisationId>,
    /// Its name.
    #[arg(long, value_name = "NAME", requires = "organisation")]
    pub organisation_name: Option<String>,
    /// A commune, circonscription or residence they are in charge of. May be repeated.
    #[arg(long, value_name = "PLACE")]
    pub territory: Vec<String>,
    /// Last name.
    #[arg(long, required_unless_present_any = ["replace", "protected"], conflicts_with = "protected")]
    pub family_name: Option<String>,
    /// First name.
    #[arg(long, requires = "family_name", required_unless_present_any = ["replace", "protected"])]
    pub given_name: Option<String>,
    /// Professional telephone.
    #[arg(long, requires = "family_name", required_unless_present_any = ["replace", "protected"])]
    pub telephone: Option<String>,
    /// Professional e-mail address.
    #[arg(long, requires = "family_name", required_unless_present_any = ["replace", "protected"])]
    pub email: Option<String>,
    /// Who attests their hierarchical authority (convention art. 2).
    #[arg(long, requires = "family_name", required_unless_present_any = ["replace", "protected"])]
    pub attested_by: Option<String>,
    /// Who stands in for them.
    #[arg(long, value_name = "MEMBER")]
    pub deputy: Option<MemberId>,
    /// In office from this day on.
    #[arg(long, value_name = "DAY", value_parser = dates::first)]
    pub from: Option<Timestamp>,
    /// In office until the beginning of this day.
    #[arg(long, value_name = "DAY", value_parser = dates::first)]
    pub until: Option<Timestamp>,
    /// A protected agent (convention art. 7): a handle that says nothing, and no name. They say who they
    /// are to their two référents alone, with `pli identity`.
    #[arg(long)]
    pub protected: bool,
    /// For a member who lost their last device.
    #[arg(long, requires = "member")]
    pub replace: bool,
    /// Where to write the invitation.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Enrol this device.
#[derive(Args, Debug)]
pub struct Enroll {
    /// The invitation.
    pub invitation: PathBuf,
    /// What to call this device.
    #[arg(long, default_value = "bureau")]
    pub name: String,
    /// Do not wait until somebody accepted it; the same command goes on later.
    #[arg(long)]
    pub no_wait: bool,
    /// Do not ask whether the invitation is for you. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// One's own devices.
#[derive(Subcommand, Debug)]
pub enum Device {
    /// Show them: since when, and in which groups each counts.
    List,
    /// Invite a further one of yours.
    Add {
        /// Where to write the invitation.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Compare the six words on both screens, and accept the device that answered.
    Accept {
        /// The six words, as the other screen shows them.
        #[arg(long, value_name = "WORDS")]
        words: Option<String>,
    },
    /// Call one something else.
    Name {
        /// The first digits of its number.
        id: String,
        /// Its new name.
        name: String,
    },
    /// Strike off one that was lost. It never comes back.
    Revoke {
        /// The first digits of its number.
        id: String,
        /// Do not ask before it is done. Without a terminal, nobody is asked.
        #[arg(long, short)]
        yes: bool,
    },
}
