//! What is typed about groups: who belongs, by which charter, and who stands in for whom.

use crate::dates;
use crate::groups::Action;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::StrDeserializer;
use shared::ids::{Digest, FlowCode, MemberId, Role};
use shared::statement::GroupKind;
use std::path::PathBuf;

/// Create, change and show groups.
#[derive(Subcommand, Debug)]
pub enum Group {
    /// Show the groups of this device, as `pli groups` does.
    List,
    /// Show a group: its members and their state, who is away, its charter.
    Show {
        /// The group: its id, or the first 6 digits and more.
        group: String,
    },
    /// Show who changed what in a group and when, from their signatures.
    History {
        /// The group: its id, or the first 6 digits and more.
        group: String,
    },
    /// Show what waits for a signature, and whose.
    Proposals,
    /// Create a group: by one of its two leaders. Whoever else must sign is asked through the relay.
    Create(Create),
    /// Name other leaders of a group, or another name or territory.
    Restate(Restate),
    /// Propose who joins, who leaves and who may write. The other leader validates it.
    Propose(Propose),
    /// Sign what somebody else proposed, after it was shown.
    Validate(Validate),
    /// Remove members, at once: by a leader, or of one's own organisation.
    Remove(Remove),
}

/// Create a group.
#[derive(Args, Debug)]
pub struct Create {
    /// Its kind, as the nomenclature calls it: echange, strategie, cispdr, bilateral…
    #[arg(long, value_parser = kind)]
    pub kind: GroupKind,
    /// Its name on the screen.
    #[arg(long)]
    pub name: String,
    /// A commune that it covers. May be repeated.
    #[arg(long, num_args = 1.., value_name = "COMMUNE")]
    pub territory: Vec<String>,
    /// Who presides over it; one side of a bilateral channel.
    #[arg(long, value_name = "MEMBER")]
    pub president: MemberId,
    /// Who coordinates it; the other side of a bilateral channel.
    #[arg(long, value_name = "MEMBER")]
    pub coordinator: MemberId,
    /// Who shall belong to it, beside its leaders. May be repeated.
    #[arg(long, num_args = 1.., value_name = "MEMBER")]
    pub member: Vec<MemberId>,
    /// How to go about it.
    #[command(flatten)]
    pub way: Way,
}

/// Change a group's statement.
#[derive(Args, Debug)]
pub struct Restate {
    /// The group: its id, or the first 6 digits and more.
    pub group: String,
    /// Who presides from now on.
    #[arg(long, value_name = "MEMBER")]
    pub president: Option<MemberId>,
    /// Who coordinates from now on.
    #[arg(long, value_name = "MEMBER")]
    pub coordinator: Option<MemberId>,
    /// Its new name.
    #[arg(long)]
    pub name: Option<String>,
    /// The communes that it covers from now on, all of them. May be repeated.
    #[arg(long, value_name = "COMMUNE")]
    pub territory: Vec<String>,
    /// How to go about it.
    #[command(flatten)]
    pub way: Way,
}

/// Propose a roster.
#[derive(Args, Debug)]
pub struct Propose {
    /// The group: its id, or the first 6 digits and more.
    pub group: String,
    /// Who joins, or whose devices are named anew; `MEMBER=read` for somebody who only reads. May be
    /// repeated.
    #[arg(long, value_name = "MEMBER", value_parser = addition)]
    pub add: Vec<(MemberId, Action)>,
    /// Who leaves. May be repeated.
    #[arg(long, value_name = "MEMBER")]
    pub remove: Vec<MemberId>,
    /// A list with the columns member and action: add, read, write or remove.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["add", "remove"])]
    pub csv: Option<PathBuf>,
    /// How to go about it.
    #[command(flatten)]
    pub way: Way,
}

/// Sign what was proposed.
#[derive(Args, Debug)]
pub struct Validate {
    /// The group: its id, or the first 6 digits and more; every group without.
    pub group: Option<String>,
    /// Only this one, whatever else was proposed meanwhile: its digest, as `pli group proposals --json` names it.
    #[arg(long, value_name = "DIGEST")]
    pub statement: Option<Digest>,
    /// Do not ask before signing. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Remove members.
#[derive(Args, Debug)]
pub struct Remove {
    /// The group: its id, or the first 6 digits and more.
    pub group: String,
    /// Who leaves. May be repeated.
    #[arg(long, required = true, value_name = "MEMBER")]
    pub member: Vec<MemberId>,
    /// Do not ask before signing. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// How to go about naming members.
#[derive(Args, Debug)]
pub struct Way {
    /// The annuaire on which members are found.
    #[arg(long, value_name = "TITLE", default_value = crate::annuaire::TITLE)]
    pub annuaire: String,
    /// Do not ask before signing. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// The charter of a group.
#[derive(Subcommand, Debug)]
pub enum Charter {
    /// Propose a charter, or a new version: by a leader. PROC gives the visa.
    Propose(ProposeCharter),
    /// Give the visa of the parquet, after the text was shown.
    Visa(Validate),
    /// Show the text.
    Show {
        /// The group: its id, or the first 6 digits and more.
        group: String,
    },
    /// Sign the charter, after the text was shown.
    Sign {
        /// The group: its id, or the first 6 digits and more.
        group: String,
        /// Only this text, whatever else took effect meanwhile: its digest, as `pli charter show --json` names it.
        #[arg(long, value_name = "DIGEST")]
        statement: Option<Digest>,
        /// Do not ask before signing. Without a terminal, nobody is asked.
        #[arg(long, short)]
        yes: bool,
    },
    /// Show who signed which version.
    Status {
        /// The group: its id, or the first 6 digits and more.
        group: String,
    },
}

/// Propose a charter.
#[derive(Args, Debug)]
pub struct ProposeCharter {
    /// The group: its id, or the first 6 digits and more.
    pub group: String,
    /// The text, from a file.
    #[arg(long, value_name = "FILE")]
    pub text: PathBuf,
    /// The reference of the règlement intérieur (CSI L132-5).
    #[arg(long, value_name = "REF")]
    pub reglement: String,
    /// Its date.
    #[arg(long, value_name = "DATE", value_parser = dates::day)]
    pub reglement_date: Date,
    /// In force from that day; the first at once, a further version after two weeks without.
    #[arg(long, value_name = "DATE", value_parser = dates::day)]
    pub from: Option<Date>,
    /// A function that the règlement intérieur admits beside the usual ones. May be repeated.
    #[arg(long, value_name = "ROLE")]
    pub named: Vec<Role>,
    /// The reference of PROC's order by which it takes effect sooner.
    #[arg(long, value_name = "REF")]
    pub order: Option<String>,
    /// Do not ask before signing. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Show the annuaire.
#[derive(Args, Debug)]
pub struct Directory {
    /// Words of the name, function, organisation or territory; accents and case do not matter.
    pub search: Vec<String>,
    /// Which annuaire.
    #[arg(long, default_value = crate::annuaire::TITLE)]
    pub title: String,
    /// Write it as CSV into a file, or to standard output with `-`.
    #[arg(long, value_name = "FILE", conflicts_with = "vcard")]
    pub csv: Option<PathBuf>,
    /// Write it as vCards into a file, or to standard output with `-`.
    #[arg(long, value_name = "FILE")]
    pub vcard: Option<PathBuf>,
}

/// Name who stands in.
#[derive(Args, Debug)]
pub struct Delegate {
    /// Who stands in for you: a member of the same group.
    #[arg(long, value_name = "MEMBER", required_unless_present = "end")]
    pub to: Option<MemberId>,
    /// From that day.
    #[arg(long, value_name = "DATE", value_parser = dates::day, required_unless_present = "end")]
    pub from: Option<Date>,
    /// Until that day, which is part of it.
    #[arg(long, value_name = "DATE", value_parser = dates::day, required_unless_present = "end")]
    pub until: Option<Date>,
    /// In this group only; in all that you share without.
    #[arg(long)]
    pub group: Option<String>,
    /// For this flow only.
    #[arg(long)]
    pub flow: Option<FlowCode>,
    /// Do not ask before the letters that wait for you are given to them, too. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
    /// You are back: end it.
    #[arg(long, conflicts_with_all = ["to", "from", "until", "flow"])]
    pub end: bool,
}

fn kind(text: &str) -> Result<GroupKind, String> {
    let text: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    GroupKind::deserialize(text).map_err(|_| {
        "a kind: pilotage, strategie, echange, infra-communal, cispdr, travail, departemental, bilateral"
            .to_owned()
    })
}

/// `MEMBER`, or `MEMBER=read`.
fn addition(text: &str) -> Result<(MemberId, Action), String> {
    let (member, action) = match text.split_once('=') {
        None => (text, Action::Add),
        Some((member, "read")) => (member, Action::Read),
        Some((member, "write")) => (member, Action::Write),
        Some(_) => return Err("a member, or a member and =read or =write".to_owned()),
    };
    member.parse().map(|member| (member, action)).map_err(|invalid| format!("{invalid}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_added_to_write_or_to_read() {
        let member: MemberId = "bailleur-3".parse().unwrap();
        assert_eq!(addition("bailleur-3"), Ok((member.clone(), Action::Add)));
        assert_eq!(addition("bailleur-3=read"), Ok((member, Action::Read)));
        for bad in ["", "bailleur-3=", "bailleur-3=admin", "Marie"] {
            assert!(addition(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_kind_is_called_as_in_the_nomenclature() {
        assert_eq!(kind("infra-communal"), Ok(GroupKind::InfraCommunal));
        assert!(kind("Echange").is_err());
    }
}
