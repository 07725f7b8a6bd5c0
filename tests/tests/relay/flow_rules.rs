//! Rules of `docs/protocol.md` that are about flows: closed lists, answers, addresses and forms; each with one thing
//! changed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::fixed::{MESSAGE, NOW, key, member};
use shared::authorise;
use shared::crypto::sha256;
use shared::directory::{Continuity, Directory};
use shared::form::{Form, Typed, check};
use shared::ids::MessageId;
use shared::log::TreeHead;
use shared::message::{Core, Note, Thread};
use shared::nomenclature::Flow;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Kind, Link, NomenclatureStatement};

const ONE: TreeHead = TreeHead { size: 1, root: shared::ids::Digest([1; 32]) };

/// The world of the vectors under a nomenclature that says something more.
fn under(text: &str) -> Directory {
    let first = crate::fixed::nomenclature_statement();
    let named: NomenclatureStatement = first.signed.peek().unwrap();
    let link = Link { version: 2, previous: Some(first.signed.digest()), ..named.link };
    let document = NomenclatureStatement { link, text: sha256(text.as_bytes()) };
    let signed = Signed::new(&document, &[&key(1), &key(2)]);
    let mut directory = crate::fixed::directory();
    let statement = crate::fixed::with_body(Kind::Nomenclature, signed, text.as_bytes().to_vec());
    directory.accept(&statement, Continuity::Next).unwrap();
    directory
}

/// The flow of the vectors' letter with these lines more, before the next table of the file.
fn with(lines: &str) -> String {
    let own = "fields = [{ name = \"lieu\", label = \"Lieu\", type = \"line\" }]\n";
    let without = crate::fixed::NOMENCLATURE.replacen(own, "", 1);
    without.replacen("extension_days_max = 180\n", &format!("extension_days_max = 180\n{lines}\n"), 1)
}

fn core(directory: &Directory) -> Core {
    Core { nomenclature: directory.nomenclature_digest().unwrap(), ..crate::fixed::core(ONE) }
}

fn flow(directory: &Directory) -> Flow {
    directory.nomenclature().unwrap().flow(&"F05a".parse().unwrap()).unwrap().clone()
}

/// everybody on the list who is in the group, and nobody else.
#[test]
fn a_closed_list_is_whole_and_closed() {
    let check = |closed: &str, to: &[&str], expected: Option<Refusal>| {
        let directory = under(&with(&format!("closed = [{closed}]")));
        let recipients = to.iter().map(|name| member(name)).collect();
        let core = Core { recipients, ..core(&directory) };
        assert_eq!(authorise::core(core, None, &directory, NOW).err(), expected, "{closed} to {to:?}");
    };
    check("", &["maire-1"], None);
    check("\"MAIRE\"", &["maire-1"], None);
    check("\"MAIRE\", \"COORD\"", &["coord-1", "maire-1"], None);
    check("\"MAIRE\", \"COORD\"", &["maire-1"], Some(Refusal::ClosedList));
    check("\"MAIRE\"", &["coord-1", "maire-1"], Some(Refusal::ClosedList));
    // The writer stands on it too, and does not write to themselves.
    check("\"MAIRE\", \"CSP\"", &["maire-1"], None);
    check("\"PREF\"", &["maire-1"], Some(Refusal::ClosedList));
}

/// of the same group, naming who writes, of a flow that it may answer.
#[test]
fn what_is_answered_is_a_letter_of_the_same_people() {
    let directory = under(&with("answers = [\"F17a\"]"));
    let answered = Core { flow: "F17a".parse().unwrap(), ..core(&directory) };
    let answer = Core { id: MessageId([9; 16]), reply_to: Some(MESSAGE), ..core(&directory) };
    let check = |what: &str, change: &dyn Fn(&mut Core), expected: Option<Refusal>| {
        let mut answered = answered.clone();
        change(&mut answered);
        assert_eq!(authorise::answering(&answer, Some(&answered), &directory).err(), expected, "{what}");
    };
    check("as it is", &|_| {}, None);
    check("another group", &|core| core.group.0[0] ^= 1, Some(Refusal::Answers));
    check("another flow", &|core| core.flow = "F05a".parse().unwrap(), Some(Refusal::Answers));
    check("of others", &|core| core.writer = member("coord-1"), Some(Refusal::Answers));
    check("another letter", &|core| core.id = MessageId([8; 16]), Some(Refusal::Answers));
    assert_eq!(
        authorise::answering(&answer, None, &directory),
        Ok(()),
        "what has expired is not asked about"
    );
}

const PLACED: &str =
    "place = \"adresse\"\nfields = [{ name = \"adresse\", label = \"Adresse\", type = \"address\" }]";

fn filled(flow: &Flow, directory: &Directory, address: &str) -> Form {
    let typed = Typed { fields: vec![("adresse".to_owned(), address.to_owned())], rows: Vec::new() };
    check(flow, &directory.nomenclature().unwrap().lists, &typed).unwrap()
}

/// the circonscription and the commune of the address, and no others.
#[test]
fn an_address_goes_to_whose_territory_has_it() {
    let local = with(PLACED).replacen(
        "MAIRE = { title = \"Maire\",",
        "MAIRE = { title = \"Maire\", local = true,",
        1,
    );
    let directory = under(&local);
    let check = |address: &str, expected| {
        let form = filled(&flow(&directory), &directory, address);
        assert_eq!(authorise::filled(&core(&directory), &form, &directory), expected, "{address}");
    };
    check("12 rue des Lilas, 93200 Ville", Ok(()));
    check("12 rue des Lilas, 93200 VILLE", Ok(()));
    check("12 rue des Lilas, 93210 Ailleurs", Err(Refusal::Territory));
    // Whoever is not held for a territory reads of every address.
    let anywhere = under(&with(PLACED));
    let form = filled(&flow(&anywhere), &anywhere, "12 rue des Lilas, 93210 Ailleurs");
    assert_eq!(authorise::filled(&core(&anywhere), &form, &anywhere), Ok(()));
}

/// a reader takes no form but that of the flow, each value in its one spelling.
#[test]
fn a_reader_takes_no_other_form() {
    let lists = "actions = [{ code = \"information\", title = \"Pour information\" }, { code = \"reponse\", title = \"Réponse\", awaits = true }]\noutcomes = [{ code = \"fait\", title = \"Fait\" }]\n";
    let form = "fields = [{ name = \"date\", label = \"Date\", type = \"date\", required = true }]";
    let text = with(form);
    let directory = under(&format!("{lists}{text}"));
    let rules = directory.nomenclature().unwrap();
    let note = Note {
        core: core(&directory),
        documents: Vec::new(),
        subject: "Objet".into(),
        fields: vec![("date".to_owned(), "2026-12-24".to_owned())],
        rows: Vec::new(),
        thread: Thread::default(),
        text: String::new(),
        vouched: Vec::new(),
        salt: None,
        first: None,
    };
    let check = |what: &str, change: &dyn Fn(&mut Note), expected: bool| {
        let mut note = note.clone();
        change(&mut note);
        assert_eq!(note.form(rules).is_some(), expected, "{what}");
    };
    let says = |action: Option<&str>, by: Option<&str>, outcome: Option<&str>| Thread {
        action: action.map(str::to_owned),
        by: by.map(str::to_owned),
        outcome: outcome.map(str::to_owned),
    };
    check("as it is", &|_| {}, true);
    check("nothing filled", &|note| note.fields.clear(), false);
    check("another spelling", &|note| note.fields[0].1 = "24/12/2026".to_owned(), false);
    check("a field that is none", &|note| note.fields.push(("nom".to_owned(), "x".to_owned())), false);
    check("twice", &|note| note.fields.push(note.fields[0].clone()), false);
    check("a row without a table", &|note| note.rows.push(vec!["x".to_owned()]), false);
    check("an answer by a day", &|note| note.thread = says(Some("reponse"), Some("2026-12-31"), None), true);
    check("an outcome", &|note| note.thread = says(None, None, Some("fait")), true);
    check("for information is nothing", &|note| note.thread = says(Some("information"), None, None), false);
    check("an action that is none", &|note| note.thread = says(Some("rien"), None, None), false);
    check("a day without an action", &|note| note.thread = says(None, Some("2026-12-31"), None), false);
    check("a day that is none", &|note| note.thread = says(Some("reponse"), Some("31/12/2026"), None), false);
    check("an outcome that is none", &|note| note.thread = says(None, None, Some("rien")), false);
}
