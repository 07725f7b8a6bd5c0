//! What is typed to screen a text, and about the rules by which it is.

use super::Contact;
use clap::{Args, Subcommand};
use shared::ids::RuleId;
use std::path::PathBuf;

/// Screen texts and documents by the rules of article 5, as `send` does; nothing is kept, nobody is asked.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Screen {
    /// Something else about the rules.
    #[command(subcommand)]
    pub command: Option<AboutRule>,
    /// Take each line of a file as a message of its own; `\n` in it stands for a line break, `\\` for a backslash.
    #[arg(long, conflicts_with = "ocr")]
    pub lines: bool,
    /// Also judge what `tesseract` recognises in images; they stay unread.
    #[arg(long)]
    pub ocr: bool,
    /// The files; `-` is what is typed or piped.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Be the child that reads a document; nobody types this.
#[derive(Args, Debug)]
pub struct ReadDocument {
    /// Hand over images too.
    #[arg(long)]
    pub pictures: bool,
    /// Hand over the rows of a workbook, and nothing else.
    #[arg(long, conflicts_with = "pictures")]
    pub rows: bool,
}

/// Something else about the rules.
#[derive(Subcommand, Debug)]
pub enum AboutRule {
    /// Say what a rule is about, and what it looks for.
    Explain {
        /// The rule's id, such as X1-contexte.
        rule: RuleId,
    },
    /// Tell the authority that a rule stops what it should not: the rule's id, and nothing else.
    Report {
        /// The rule's id.
        rule: RuleId,
    },
}

/// The rules of screening.
#[derive(Subcommand, Debug)]
pub enum Ruleset {
    /// Show the rules: those in force where this device is enrolled, else those that this program carries.
    Show,
    /// Say whether a file holds rules by which texts can be screened.
    Check {
        /// The rules, in TOML.
        file: PathBuf,
        /// What was learned from sentences; what this program carries without.
        #[arg(long, value_name = "FILE")]
        weights: Option<PathBuf>,
    },
    /// Say what differs between two files of rules.
    Diff {
        /// The one.
        old: PathBuf,
        /// The other; the rules that `show` shows without.
        new: Option<PathBuf>,
    },
    /// Draft the next version, and sign it for the authority. The parquet signs the same file with `pli parquet sign`.
    Draft {
        /// Where.
        #[command(flatten)]
        contact: Contact,
        /// The rules, in TOML; those that this program carries without.
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
        /// What was learned from sentences; what this program carries without.
        #[arg(long, value_name = "FILE")]
        weights: Option<PathBuf>,
        /// Where to write the draft.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Publish a version that both roots signed: everybody screens by it from their next command on.
    Publish {
        /// Where.
        #[command(flatten)]
        contact: Contact,
        /// The draft with both signatures.
        file: PathBuf,
    },
    /// Show what the rules stopped today and which of them were contested, by rule, without names.
    Counts(Contact),
}
