//! What is typed about flows, and about their forms.

use super::{Contact, flow_code};
use clap::Subcommand;
use shared::ids::{FlowCode, IdBeginning};
use std::path::PathBuf;

/// The nomenclature: what may be sent, by whom, to whom.
#[derive(Subcommand, Debug)]
pub enum Flow {
    /// List what may be sent, what is refused and where it goes, and the articles from which nothing is sent.
    List,
    /// Show one flow: who sends and receives it, its form, its deadline, the law.
    Show {
        /// Its code, such as F10b.
        #[arg(value_parser = flow_code)]
        code: FlowCode,
    },
    /// Say whether a file holds a nomenclature that does not contradict itself.
    Check {
        /// The nomenclature, in TOML.
        file: PathBuf,
    },
    /// Draft the next version and sign it for the authority; the parquet signs it with `pli parquet sign`.
    Draft {
        /// The authority.
        #[command(flatten)]
        contact: Contact,
        /// The nomenclature, in TOML.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// Where to write the draft.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Publish a version that both roots signed.
    Publish {
        /// The authority.
        #[command(flatten)]
        contact: Contact,
        /// The draft that the parquet signed.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
}

/// Forms of the nomenclature.
#[derive(Subcommand, Debug)]
pub enum Form {
    /// Fill a form, at the terminal or from a file, and keep it as a draft, sealed on this device.
    New {
        /// The flow, such as F10b.
        #[arg(value_parser = flow_code)]
        flow: FlowCode,
        /// The form as TOML or JSON, or its table as CSV.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
    /// Say what is wrong with a form, field by field; keep nothing.
    Check {
        /// The flow, such as F10b.
        #[arg(value_parser = flow_code)]
        flow: FlowCode,
        /// The form as TOML or JSON, or its table as CSV.
        file: PathBuf,
    },
    /// Write an empty form: TOML to be filled in an editor, or by the name of the file JSON, or the table as CSV.
    Template {
        /// The flow, such as F10b.
        #[arg(value_parser = flow_code)]
        flow: FlowCode,
        /// Where to; the terminal without.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// List the drafts of this device.
    List,
    /// Show a draft.
    Show {
        /// Its id, or the first 6 digits and more.
        id: IdBeginning,
    },
    /// Remove a draft.
    Remove {
        /// Its id, or the first 6 digits and more.
        id: IdBeginning,
    },
}
