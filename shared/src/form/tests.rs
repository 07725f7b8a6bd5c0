//! Forms: what was typed becomes one spelling, and everything wrong is said at once.

use super::*;
use crate::nomenclature::Nomenclature;

const SMALL: &str = include_str!("../../../tests/data/nomenclature.toml");

const FLOW: &str = r#"
[lists]
nature = [{ code = "bruit", title = "Bruit" }, { code = "degat", title = "Dégât matériel" }]

[flows.F09a]
article = "9"
title = "Information"
from = ["BREF"]
to = ["CSP"]
groups = ["echange"]
class = "N2"
retention = "RC"
retention_days = 90
retention_days_max = 90
reasons = ["bail"]
place = "adresse"
fields = [
  { name = "date", label = "Date", type = "date", required = true },
  { name = "heure", label = "Heure", type = "time" },
  { name = "adresse", label = "Adresse", type = "address", required = true },
  { name = "personne", label = "Personne", type = "person", several = true },
  { name = "nature", label = "Nature", type = "choice", list = "nature" },
  { name = "montant", label = "Montant", type = "number", max = 1000, when = { field = "nature", is = ["degat"] }, required = true },
  { name = "plainte", label = "Plainte", type = "yes-no" },
]
[flows.F09a.table]
columns = [
  { name = "jour", label = "Jour", type = "date", required = true },
  { name = "nombre", label = "Nombre", type = "number" },
]
"#;

fn flow() -> (Flow, Lists) {
    let rules = Nomenclature::parse(&format!("{SMALL}\n{FLOW}")).unwrap();
    (rules.flows[&"F09a".parse().unwrap()].clone(), rules.lists)
}

fn typed(fields: &[(&str, &str)], rows: &[&[(&str, &str)]]) -> Typed {
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let rows = (1..).zip(rows).map(|(line, cells)| TypedRow { line, cells: own(cells) }).collect();
    Typed { fields: own(fields), rows }
}

const GOOD: [(&str, &str); 8] = [
    ("personne", "Verneuil Théo, 2001"),
    ("date", "24/12/2026"),
    ("heure", "9h5"),
    ("adresse", "12 rue des Lilas 93200 Clairval"),
    ("personne", "Astier Lou"),
    ("nature", "dégat MATERIEL"),
    ("montant", "1 000"),
    ("plainte", "O"),
];

#[test]
fn what_was_typed_is_kept_in_one_spelling() {
    let (flow, lists) = flow();
    let form = check(
        &flow,
        &lists,
        &typed(&GOOD, &[&[("jour", "1/2/26")], &[("nombre", "3"), ("jour", "2026-02-02")]]),
    )
    .unwrap();
    let fields: Vec<_> = form.fields().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [
        ("date", "2026-12-24"),
        ("heure", "09:05"),
        ("adresse", "12 rue des Lilas, 93200 Clairval"),
        ("personne", "Verneuil Théo, 2001"),
        ("personne", "Astier Lou"),
        ("nature", "degat"),
        ("montant", "1000"),
        ("plainte", "oui"),
    ];
    assert_eq!(fields, expected);
    assert_eq!(form.rows(), [["2026-02-01", ""], ["2026-02-02", "3"]]);
    assert_eq!(form.persons(&flow).len(), 2);
    assert!(form.places(&flow)[0].is_in(&["Clairval".to_owned()]));
    // What is in its spelling stays as it is, and is what a reader accepts.
    assert_eq!(stands(&flow, &lists, form.fields(), form.rows()), Ok(form));
}

#[test]
fn everything_wrong_is_said_at_once() {
    let (flow, lists) = flow();
    let faults = |fields: &[(&str, &str)], rows: &[&[(&str, &str)]]| {
        let faults = check(&flow, &lists, &typed(fields, rows)).unwrap_err();
        faults.into_iter().map(|fault| (fault.line, fault.field, fault.wrong.code())).collect::<Vec<_>>()
    };
    let at = |line, field: &str, code| (line, field.to_owned(), code);
    assert_eq!(faults(&[], &[]), [at(None, "date", "missing"), at(None, "adresse", "missing")]);
    assert_eq!(
        faults(
            &[("date", "31/02/2026"), ("adresse", "là-bas"), ("nature", "x"), ("montant", "1"), ("nom", "y")],
            &[&[("nombre", "-1")]]
        ),
        [
            at(None, "nom", "unknown"),
            at(None, "date", "date"),
            at(None, "adresse", "postcode"),
            at(None, "nature", "choice"),
            at(None, "montant", "not-asked"),
            at(Some(1), "jour", "missing"),
            at(Some(1), "nombre", "number"),
        ]
    );
    let mut twice = GOOD.to_vec();
    twice.push(("date", "2026-12-24"));
    assert_eq!(faults(&twice, &[]), [at(None, "date", "twice")]);
    let mut over = GOOD.to_vec();
    over[6] = ("montant", "1001");
    assert_eq!(faults(&over, &[]), [at(None, "montant", "above")]);
}

#[test]
fn days_are_in_order_and_not_beyond_the_end_of_a_list() {
    let text = FLOW.replace(
        r#"{ name = "jour", label = "Jour", type = "date", required = true },"#,
        r#"{ name = "jour", label = "Jour", type = "date", required = true },
  { name = "au", label = "Au", type = "date", not_before = "jour" },"#,
    );
    let text = text.replace(
        "place = \"adresse\"",
        "place = \"adresse\"\nends = { from = \"year\", field = \"montant\" }",
    );
    let text = text.replace(r#"when = { field = "nature", is = ["degat"] }, required = true"#, "min = 0");
    let text = text.replace("max = 1000", "max = 9000");
    let rules = Nomenclature::parse(&format!("{SMALL}\n{text}")).unwrap();
    let flow = &rules.flows[&"F09a".parse().unwrap()];
    let check = |year: &str, day: &str, until: &str, expected: &[(&str, &str)]| {
        let fields = [("date", day), ("adresse", GOOD[3].1), ("montant", year)];
        let rows: [&[(&str, &str)]; 1] = [&[("jour", "10/01/2027"), ("au", until)]];
        let faults = check(flow, &rules.lists, &typed(&fields, &rows)).err().unwrap_or_default();
        let faults: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.wrong.code())).collect();
        assert_eq!(faults, expected, "{year} {day} {until}");
    };
    check("2026", "31/01/2027", "10/01/2027", &[]);
    check("2026", "01/02/2027", "11/01/2030", &[("date", "beyond")]);
    check("2027", "01/02/2027", "09/01/2027", &[("au", "before")]);
    check("", "01/02/2077", "", &[]);
    for (from, to) in
        [("not_before = \"jour\"", "not_before = \"nombre\""), ("\"montant\" }", "\"plainte\" }")]
    {
        let text = text.replacen(from, to, 1);
        assert!(Nomenclature::parse(&format!("{SMALL}\n{text}")).is_err(), "{to}");
    }
}

#[test]
fn a_reader_accepts_no_other_spelling_and_no_other_row() {
    let (flow, lists) = flow();
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<Vec<_>>()
    };
    let good = [("date", "2026-12-24"), ("adresse", "12 rue des Lilas, 93200 Clairval")];
    assert!(stands(&flow, &lists, &own(&good), &[]).is_ok());
    assert!(
        stands(&flow, &lists, &own(&[("date", "24/12/2026"), good[1]]), &[]).is_err(),
        "another spelling"
    );
    assert!(stands(&flow, &lists, &own(&[good[1], good[0]]), &[]).is_err(), "another order");
    assert!(stands(&flow, &lists, &own(&good), &[vec!["2026-12-24".to_owned()]]).is_err(), "a short row");
    assert!(stands(&flow, &lists, &[], &[]).is_err(), "nothing at all");
}
