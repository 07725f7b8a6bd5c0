//! What is typed.

mod deadlines;
mod flow;
mod groups;
mod log;
mod patrimoine;
mod patrol;
mod retention;
mod roots;
mod screen;
mod witness;

pub use deadlines::{Deadlines, Threads};
pub use flow::{Flow, Form};
pub use groups::{
    Charter, Create, Delegate, Directory, Group, Propose, ProposeCharter, Remove, Restate, Validate, Way,
};
pub use log::{Bundle, Filter, Log, Receipt, Report, Stats, Why};
pub use patrimoine::{Diff, Import, Merge, Patrimoine, SendTable, ShowTable};
pub use patrol::{Patrol, SendPatrol};
pub use retention::{Destroyed, PurgeRegister, Retention, Rights};
pub use roots::{Authority, Cards, Contact, Device, Draft, Enroll, Invite, Parquet, Reopen, RootDir};
pub use screen::{AboutRule, ReadDocument, Ruleset, Screen};
pub use witness::{Watch, Witness};

use crate::dates;
use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use shared::ids::{FlowCode, MemberId, Random, ReasonCode, TextCode};
use shared::log::persons::Person;
use shared::message::Handling;
use shared::time::Timestamp;
use std::path::PathBuf;

/// Plis scellés des groupes bailleurs. / Sealed letters of the groupes bailleurs.
#[derive(Parser, Debug)]
#[command(name = "pli", version, max_term_width = 100)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Args, Debug, Clone)]
pub struct Common {
    /// The member's home folder on this device.
    #[arg(long, env = "PLI_HOME", global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Speak JSON, one object a line, and never ask.
    #[arg(long, global = true)]
    pub json: bool,
    /// Read the passphrase from the first line of a file.
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Seal a note, with documents, to named members of one group, and deposit it.
    Send(Send),
    /// Say who you are, as a protected agent, to your two référents alone (convention art. 7).
    Identity(Identity),
    /// The results of patrols, to each landlord those of its own buildings.
    Patrol {
        /// What of them.
        #[command(subcommand)]
        command: Patrol,
    },
    /// Forms: fill them, check them, keep them as drafts.
    Form {
        /// What of them.
        #[command(subcommand)]
        command: Form,
    },
    /// The nomenclature: what may be sent, by whom, to whom, with which form.
    Flow {
        /// What of it.
        #[command(subcommand)]
        command: Flow,
    },
    /// The shared table of the housing stock: landlords' lines, merged by quarter, sent on, shown.
    Patrimoine {
        /// What of it.
        #[command(subcommand)]
        command: Patrimoine,
    },
    /// Show what waits for this device.
    Inbox(Inbox),
    /// Open a message. The opening is recorded before anything is shown.
    Open(Open),
    /// Show what a letter hides until it is asked for, such as codes of doors. Each time is recorded.
    Reveal(Reveal),
    /// Show what is expected, of you and by you, until somebody says how it ended.
    Threads(Threads),
    /// Show the groups of this device: who belongs, and what may be sent there.
    Groups,
    /// Create, change and show a group.
    Group {
        /// What of it.
        #[command(subcommand)]
        command: Group,
    },
    /// The charter of a group: propose it, give it the visa, sign it.
    Charter {
        /// What of it.
        #[command(subcommand)]
        command: Charter,
    },
    /// Show the annuaire: who is who, and how to reach them.
    Directory(Directory),
    /// Name who is written to while you are away.
    Delegate(Delegate),
    /// Agree to a letter that waits for it: its recipients can read it from then on.
    Approve(Approve),
    /// Do not agree to a letter that waits for it: nobody opens it any more, and its writer reads why.
    Reject(Reject),
    /// Show what this member sent.
    Sent,
    /// Show, reader by reader, how far a message is, each step proved.
    Status(Status),
    /// Let the readers of your letters read them on devices that they have since.
    Regrant(Regrant),
    /// Have a letter of yours destroyed later, once, where its flow allows it.
    Extend(Extend),
    /// For PROC: order that one letter outlasts its end, for a proceeding, until a day.
    Hold(Hold),
    /// Take a letter back: nobody opens it from then on, you neither.
    Retire(Retire),
    /// Take back a letter that went to the wrong person, and draft the notice of the breach.
    Recall(Recall),
    /// Show your own acts on this device as the log has them, each proved, without the relay.
    Accesses(Filter),
    /// Receipts of your own acts.
    #[command(visible_alias = "receipts")]
    Receipt {
        /// What of them.
        #[command(subcommand)]
        command: Receipt,
    },
    /// A letter's account, as a court keeps it.
    Bundle {
        /// What of it.
        #[command(subcommand)]
        command: Bundle,
    },
    /// Write numbers of the log without names or content into a folder, for those who steer the groups.
    Stats(Stats),
    /// Show what you have to send and by when, what is late, and what was done, with the proof of when.
    Deadlines(Deadlines),
    /// Show what is kept and until when, or account for what was destroyed.
    Retention {
        /// Which of them.
        #[command(subcommand)]
        command: Retention,
    },
    /// Show what was destroyed at its end: class, dates, number, rule and visa of the archives; no content.
    PurgeRegister(PurgeRegister),
    /// For a person's written request: show which members hold letters about them, as the log tells and as their
    /// devices said. The reading is recorded with the reference.
    Rights(Rights),
    /// Let pass, as a second person, what the rules stopped for its context on a colleague's screen.
    Reread(Reread),
    /// Screen texts and documents by the rules of article 5, as `send` does; nothing is kept, nobody is asked.
    Screen(Screen),
    /// Read the document on the standard input, and do nothing else: what screening runs.
    #[command(hide = true)]
    ReadDocument(ReadDocument),
    /// The rules of screening.
    Ruleset {
        /// What of them.
        #[command(subcommand)]
        command: Ruleset,
    },
    /// Review the access log.
    Log {
        /// What of it.
        #[command(subcommand)]
        command: Log,
    },
    /// Enrol this device with an invitation.
    Enroll(Enroll),
    /// Your own devices.
    Device {
        /// What of them.
        #[command(subcommand)]
        command: Device,
    },
    /// The authority: who is who.
    Authority {
        /// What of it.
        #[command(subcommand)]
        command: Authority,
    },
    /// The parquet: who wears its hats.
    Parquet {
        /// What of it.
        #[command(subcommand)]
        command: Parquet,
    },
    /// A witness: who watches the log, so that nobody is shown one of their own.
    Witness {
        /// What of it.
        #[command(subcommand)]
        command: Witness,
    },
    /// Keep this device unlocked for this user, until `pli lock` or ten idle minutes.
    Unlock,
    /// Lock this device again.
    Lock,
    /// Open the page: letters, forms, deadlines and the log in the browser, on this machine alone. Ends with Ctrl-C.
    Ui(Ui),
    /// Send yourself an e-mail when a letter comes: that one waits, and nothing else.
    Notify(Notify),
    /// Build an example on this machine and tell the whole story, step by step.
    Demo(Demo),
    /// Keeps the unlocked secret in memory; started by `pli unlock`.
    #[command(hide = true)]
    Agent,
}

/// Seal and deposit.
#[derive(Args, Debug)]
pub struct Send {
    /// The group: its id, or the first 6 digits and more.
    #[arg(long)]
    pub group: String,
    /// The flow of the nomenclature, such as F05a.
    #[arg(long, value_parser = flow_code)]
    pub flow: FlowCode,
    /// To whom: a member, an organisation, a role in the group, or `all`. May be repeated.
    #[arg(long, required = true, num_args = 1.., value_name = "SELECTOR")]
    pub to: Vec<String>,
    /// One line, seen by readers only; the title of the flow where there is a form.
    #[arg(long, required_unless_present_any = ["form", "field"])]
    pub subject: Option<String>,
    /// The text.
    #[arg(long, conflicts_with = "text_file", required_unless_present_any = ["text_file", "form", "field"])]
    pub text: Option<String>,
    /// The text, from a file, or from standard input with `-`.
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<PathBuf>,
    /// The form: a draft of `pli form`, by its first digits, or a file (TOML, JSON, CSV).
    #[arg(long, value_name = "DRAFT")]
    pub form: Option<String>,
    /// A field of the form, as `name=value`. May be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = field)]
    pub field: Vec<(String, String)>,
    /// A document. May be repeated.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub attach: Vec<PathBuf>,
    /// What its readers may do with it: D1, D2 (to be kept to themselves), D3 or D4.
    #[arg(long, value_name = "CODE", value_parser = handling, default_value = "D2")]
    pub handling: Handling,
    /// The letter that it answers: the id, or its first 6 digits and more.
    #[arg(long, value_name = "ID")]
    pub reply_to: Option<String>,
    /// What is expected of its readers, from the list of the nomenclature; nothing without.
    #[arg(long, value_name = "CODE")]
    pub expects: Option<String>,
    /// By which day.
    #[arg(long, value_name = "DAY", requires = "expects", value_parser = dates::day)]
    pub by: Option<Date>,
    /// Of an answer: how it ends what was expected, from the list of the nomenclature.
    #[arg(long, value_name = "CODE", requires = "reply_to")]
    pub outcome: Option<String>,
    /// A person concerned, as 'NOM Prénom, ANNÉE'. Sealed to the reviewers of the log, who find the letter by the
    /// name, and to nobody else. May be repeated.
    #[arg(long, value_name = "PERSON")]
    pub person: Vec<Person>,
    /// When it shall be destroyed: `30d`, `12w` or `6m` from now, or, where somebody has to agree first, from the
    /// agreement. Rounded down to a period's end.
    #[arg(long, value_name = "DURATION", value_parser = expires)]
    pub expires: Option<u64>,
    /// Where somebody has to agree before the recipients can read it: who, if several members could.
    #[arg(long, value_name = "MEMBER")]
    pub approver: Option<MemberId>,
    /// Vouch for what could not be read of the documents, so that it could not be screened. The readers are told.
    #[arg(long)]
    pub attest: bool,
    /// Where the rules stop it for its context, show a code and wait until a colleague lets it pass with `pli reread`.
    #[arg(long)]
    pub second: bool,
    /// The same for a screen that does not wait: what its code was made with. It is asked again with it, once the colleague
    /// has let it pass.
    #[arg(long, value_name = "HEX", conflicts_with = "second")]
    pub second_salt: Option<Random>,
    /// Do not ask before sending. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Say who one is.
#[derive(Args, Debug)]
pub struct Identity {
    /// The channel: its id, or the first 6 digits and more.
    #[arg(long)]
    pub group: String,
    /// Your two référents, where the channel has several; else those of the two functions.
    #[arg(long, num_args = 2, value_name = "MEMBER")]
    pub to: Vec<String>,
    /// The card as JSON: family_name, given_name, telephone, email. Asked at the terminal without.
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
    /// Do not ask before sending. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Show the mailbox.
#[derive(Args, Debug)]
pub struct Inbox {
    /// Only these: their ids, or the first 6 digits and more.
    #[arg(value_name = "ID", conflicts_with = "watch")]
    pub ids: Vec<String>,
    /// Stay, and show what arrives.
    #[arg(long)]
    pub watch: bool,
}

/// Open a message.
#[derive(Args, Debug)]
pub struct Open {
    /// The id, or its first 6 digits and more.
    pub id: String,
    /// Why, from the list of the flow.
    #[arg(long, value_name = "CODE")]
    pub reason: Option<ReasonCode>,
    /// The text of the reason `autre`; readable by the reviewers of the log alone.
    #[arg(long, value_name = "TEXT")]
    pub reason_text: Option<String>,
    /// Write the documents, in clear, into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "export")]
    pub save: Option<PathBuf>,
    /// Write the message identity and the sealed parts into this folder, for stock `age`.
    #[arg(long, value_name = "DIR")]
    pub export: Option<PathBuf>,
    /// Show it for a printer, stamped with reader, day and number of the record: pli open ID --print | lp
    #[arg(long, conflicts_with_all = ["save", "export"])]
    pub print: bool,
    /// Where the rules keep it closed for its context, show a code and wait until a colleague lets it pass with
    /// `pli reread`.
    #[arg(long)]
    pub second: bool,
}

/// Agree.
#[derive(Args, Debug)]
pub struct Approve {
    /// The id, or its first 6 digits and more.
    pub id: String,
    /// How long its recipients may read it, if not as long as its writer asked for: `10d`, `2w`.
    #[arg(long, value_name = "DURATION", value_parser = expires)]
    pub expires: Option<u64>,
    /// Do not ask before it is said. Where nobody can be asked, what was not opened on this device needs it.
    #[arg(long, short)]
    pub yes: bool,
}

/// Do not agree.
#[derive(Args, Debug)]
pub struct Reject {
    /// The id, or its first 6 digits and more.
    pub id: String,
    /// Why, from the list of the nomenclature, which is shown without.
    #[arg(long, value_name = "CODE")]
    pub reason: Option<ReasonCode>,
    /// Do not ask before it is said. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Show what a letter hides.
#[derive(Args, Debug)]
pub struct Reveal {
    /// The id, or its first 6 digits and more.
    pub id: String,
    /// Why, from the list of the flow.
    #[arg(long, value_name = "CODE")]
    pub reason: Option<ReasonCode>,
    /// The text of the reason `autre`; readable by the reviewers of the log alone.
    #[arg(long, value_name = "TEXT")]
    pub reason_text: Option<String>,
}

/// Let pass what a colleague's screen shows.
#[derive(Args, Debug)]
pub struct Reread {
    /// The code on that screen: eight characters.
    #[arg(value_parser = TextCode::typed)]
    pub code: TextCode,
    /// The group: its id, or the first 6 digits and more.
    #[arg(long)]
    pub group: String,
    /// Do not ask before it is said. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// How far a message is.
#[derive(Args, Debug)]
pub struct Status {
    /// The id, or its first 6 digits and more.
    pub id: String,
}

/// Give grants to more devices.
#[derive(Args, Debug)]
pub struct Regrant {
    /// The id of a letter, or its first 6 digits and more; every letter that lives without.
    pub id: Option<String>,
    /// Do not ask before granting. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Extend a letter.
#[derive(Args, Debug)]
pub struct Extend {
    /// The id, or its first 6 digits and more.
    pub id: String,
    /// The last day on which it can be read; as long as the flow allows without.
    #[arg(long, value_name = "DAY", value_parser = dates::last)]
    pub until: Option<Timestamp>,
    /// Why, from the list of the flow.
    #[arg(long, value_name = "CODE")]
    pub reason: ReasonCode,
    /// A person concerned, as 'NOM Prénom, ANNÉE', as when it was sent. May be repeated.
    #[arg(long, value_name = "PERSON")]
    pub person: Vec<Person>,
    /// Do not ask before sending. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Hold a letter.
#[derive(Args, Debug)]
pub struct Hold {
    /// The id: all its 32 digits, as the reviewers of the log have it, or of a letter that lies here the first 6 and more.
    pub id: String,
    /// Its group: the id, or of a group of yours the first 6 digits and more.
    #[arg(long)]
    pub group: String,
    /// The reference of the order or of the proceeding; of the CNIL's order, where it is theirs.
    #[arg(long, value_name = "TEXT", required_unless_present = "lift")]
    pub reference: Option<String>,
    /// The last day of the hold. The letter is destroyed at the end of the period that has this day, and not before.
    #[arg(long, value_name = "DAY", value_parser = dates::last, required_unless_present = "lift")]
    pub until: Option<Timestamp>,
    /// End the hold now.
    #[arg(long, conflicts_with_all = ["reference", "until"])]
    pub lift: bool,
}

/// Take a letter back.
#[derive(Args, Debug)]
pub struct Retire {
    /// The id, or its first 6 digits and more.
    pub id: String,
    /// Why: superseded, replaced, received or function-ended.
    #[arg(long, value_name = "CODE")]
    pub because: String,
    /// Do not ask before taking it back. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Take back what went to the wrong person.
#[derive(Args, Debug)]
pub struct Recall {
    /// The id, or its first 6 digits and more.
    pub id: String,
    /// Write the draft of the notice to the data protection officer (RGPD art. 33) into this file, in French.
    #[arg(long, value_name = "FILE")]
    pub notice: Option<PathBuf>,
    /// Do not ask before taking it back. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Open the page.
#[derive(Args, Debug)]
pub struct Ui {
    /// Do not open the browser: show a code to type instead.
    #[arg(long)]
    pub no_browser: bool,
}

/// Be told by e-mail.
#[derive(Args, Debug)]
pub struct Notify {
    /// Through which server, in TOML: host, port, security ("tls", "starttls"; "none" on this machine alone), user,
    /// password_file, ca, from, to.
    #[arg(long, value_name = "FILE")]
    pub smtp: PathBuf,
    /// Send one message now, to see whether it arrives, and end.
    #[arg(long)]
    pub test: bool,
}

/// Tell the story.
#[derive(Args, Debug)]
pub struct Demo {
    /// Where to build it; a temporary folder without.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Leave everything there to try by hand.
    #[arg(long, requires = "dir")]
    pub keep: bool,
    /// Open the page for its people instead of telling the story, until Ctrl-C.
    #[arg(long)]
    pub ui: bool,
    /// With --ui: do not open the browser.
    #[arg(long, requires = "ui")]
    pub no_browser: bool,
}

/// A field of a form, as it is typed.
fn field(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a field and its value, such as date=24/12/2026")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// The code of a flow, in whichever case it is typed.
fn flow_code(text: &str) -> Result<FlowCode, String> {
    let lower = text.trim().to_ascii_lowercase();
    let code = lower.strip_prefix('f').map_or_else(|| text.to_owned(), |rest| format!("F{rest}"));
    code.parse().map_err(|error| format!("{error}"))
}

/// A distribution code.
fn handling(text: &str) -> Result<Handling, String> {
    match text.to_ascii_uppercase().as_str() {
        "D1" => Ok(Handling::D1),
        "D2" => Ok(Handling::D2),
        "D3" => Ok(Handling::D3),
        "D4" => Ok(Handling::D4),
        _ => Err("D1, D2, D3 or D4".to_owned()),
    }
}

/// Seconds of `30d`, `12w`, `6m`, `2h`.
fn expires(text: &str) -> Result<u64, String> {
    const HINT: &str = "a number and h, d, w or m, such as 30d";
    let unit = text.chars().last().ok_or(HINT)?;
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| HINT)?;
    let seconds = match unit {
        'h' => 3600,
        'd' => 24 * 3600,
        'w' => 7 * 24 * 3600,
        'm' => 30 * 24 * 3600,
        _ => return Err(HINT.to_owned()),
    };
    number.checked_mul(seconds).filter(|total| *total > 0).ok_or_else(|| HINT.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        assert_eq!(expires("30d"), Ok(30 * 24 * 3600));
        assert_eq!(expires("12w"), Ok(12 * 7 * 24 * 3600));
        for bad in ["", "d", "0d", "30", "-1d", "3é", "99999999999999999999d", "9999999999999999m"] {
            assert!(expires(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_flow_is_typed_in_any_case() {
        let code = |text: &str| flow_code(text).map(|code| code.to_string());
        assert_eq!((code("f10b"), code(" F10B ")), (Ok("F10b".to_owned()), Ok("F10b".to_owned())));
        assert!(code("10b").is_err() && code("f1").is_err());
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_protected_agent_needs_no_name_and_anybody_else_does() {
        let invite = "--dir d --out o --function PM --organisation mairie \
            --organisation-name Clairval --territory Clairval";
        let typed = |more: &str| {
            let line = format!("pli authority invite {more} {invite}");
            Cli::try_parse_from(line.split_whitespace()).is_ok()
        };
        assert!(typed("--protected"));
        let name = "--family-name A --given-name B --telephone 0 --email c@d --attested-by E";
        assert!(!typed(&format!("--protected {name}")), "the authority is told no name");
        assert!(
            !typed("pm-1") && !typed("") && !typed("pm-1 --protected"),
            "a handle that is chosen may say who"
        );
        assert!(typed(
            "pm-1 --family-name A --given-name B --telephone 0 --email c@d --attested-by E --until 2027-03-31"
        ));
    }
}
