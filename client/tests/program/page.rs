//! `pli ui` as a browser meets it: what comes in, what is turned away, and what a member reads there.
//!
//! The server is the real one, spoken to byte by byte: a browser would not send what an attacker does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::served::{Answer, Served};
use crate::town::{PASSPHRASE, Town};
use crate::world::{World, interrupt, until};
use std::io::{BufRead as _, BufReader};
use std::ops::{Deref, DerefMut};
use std::process::Child;

/// A page of one of the world's people.
pub(crate) struct Page {
    served: Served,
    child: Child,
}

impl Page {
    pub(crate) fn of(mut child: Child) -> Self {
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { served: Served::said(&serde_json::from_str(&line).unwrap()), child }
    }

    /// The page of a member of a town, unlocked.
    pub(crate) fn of_member(town: &Town, member: &str) -> Self {
        let mut page = Self::of(town.spawned(member, &["--json", "ui", "--no-browser"]));
        page.enter();
        assert_eq!(page.post("/deverrouiller", &page.own(), &[("phrase", PASSPHRASE)]).status, 303);
        page
    }

    pub(crate) fn begin(world: &World, person: &str) -> Self {
        Self::of(world.start(person, &["ui", "--no-browser"]))
    }

    /// The form of a page that takes a table: its fields, and the file by its field, its name and its text.
    pub(crate) fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<(&str, &str, &str)>,
    ) -> Answer {
        let files: Vec<_> =
            file.into_iter().map(|(field, name, text)| (field, name, text.as_bytes())).collect();
        self.send(path, fields, &files)
    }

    pub(crate) fn end(mut self) {
        interrupt(&self.child);
        until("its end", || self.child.try_wait().unwrap());
    }
}

/// A test that fails leaves no page behind.
impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

impl Deref for Page {
    type Target = Served;

    fn deref(&self) -> &Served {
        &self.served
    }
}

impl DerefMut for Page {
    fn deref_mut(&mut self) -> &mut Served {
        &mut self.served
    }
}

pub(crate) fn passphrase(world: &World, person: &str) -> String {
    let file = world.home(person).parent().unwrap().join(format!("{person}.passphrase"));
    std::fs::read_to_string(file).unwrap().trim().to_owned()
}

#[test]
fn who_does_not_come_from_the_page_is_turned_away() {
    let world = World::new("page-door");
    let mut page = Page::begin(&world, "bailleur");
    let own = page.own();

    // Nobody came in yet.
    for path in ["/", "/envoyes", "/ecrire", "/groupes", "/nulle-part", "/progres"] {
        let answer = page.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(!answer.body.contains("Clairval"), "{path} tells something");
    }

    // A name that was made to point here, two names, none, a proxy.
    let check = |head: String, status: u16| {
        let answer = page.raw(&head, b"");
        assert_eq!(answer.status, status, "{head}");
    };
    check("GET / HTTP/1.1\r\nHost: pli.example\r\n".to_owned(), 403);
    check(format!("GET / HTTP/1.1\r\nHost: localhost:{}\r\n", page.host.split(':').nth(1).unwrap()), 403);
    check(format!("GET / HTTP/1.1\r\nHost: {0}\r\nHost: {0}\r\n", page.host), 403);
    check("GET / HTTP/1.0\r\n".to_owned(), 403);
    check(format!("GET / HTTP/1.1\r\nHost: {}\r\nX-Forwarded-For: 192.0.2.1\r\n", page.host), 403);
    check(format!("GET /page.js HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: cross-site\r\n", page.host), 403);

    // A wrong token, one of another page, and the right one twice.
    let stolen = page.post("/entrer", "http://pli.example", &[("jeton", &page.token)]);
    assert_eq!(stolen.status, 403);
    page.enter();
    let again = page.post("/entrer", "null", &[("jeton", &page.token)]);
    assert_eq!(again.status, 401);
    let code = page.post("/entrer/code", &own, &[("code", &page.code)]);
    assert_eq!(code.status, 401, "the code went with the token");

    // In, and still locked: nothing is shown, and nothing changes from elsewhere.
    assert_eq!(page.get("/").status, 303);
    let right = passphrase(&world, "bailleur");
    for origin in ["", "null", "http://127.0.0.1", "http://pli.example"] {
        let answer = page.post("/deverrouiller", origin, &[("phrase", &right)]);
        assert_eq!(answer.status, 403, "{origin}");
    }
    assert_eq!(page.get("/").status, 303, "it stayed locked");
    let wrong = page.post("/deverrouiller", &own, &[("phrase", "neuf ours bleus dansent")]);
    assert_eq!(wrong.status, 401);
    let large = page.post("/deverrouiller", &own, &[("phrase", &"x".repeat(2 * 1024 * 1024))]);
    assert!(large.status == 413 || large.status == 422, "{}", large.status);
    page.end();
    world.end();
}

#[test]
fn a_member_reads_there_and_a_locked_page_shows_nothing() {
    let world = World::new("page-member");
    let mut page = Page::begin(&world, "bailleur");
    page.enter();
    let own = page.own();
    let right = passphrase(&world, "bailleur");
    assert_eq!(page.post("/deverrouiller", &own, &[("phrase", &right)]).status, 303);

    let inbox = page.get("/");
    assert_eq!(inbox.status, 200);
    for rule in
        ["content-security-policy: default-src 'none'", "cache-control: no-store", "x-frame-options: deny"]
    {
        assert!(inbox.head.contains(rule), "{rule}: {}", inbox.head);
    }
    for rule in ["script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"] {
        assert!(inbox.head.contains(rule), "{rule}");
    }
    assert!(!inbox.body.contains(" style=") && !inbox.body.contains("<script>"));
    assert!(inbox.body.len() < 100_000, "{} bytes", inbox.body.len());

    // Looking at a letter opens nothing; the button does, and the number of its record is there.
    let letter = inbox.body.split("href=\"/plis/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let before = page.get(&format!("/plis/{letter}"));
    assert!(before.body.contains("inscrite au journal avant l'affichage"), "{}", before.body);
    assert!(!before.body.contains("inscrite au journal, vérifiée"));
    let opened = page.post(&format!("/plis/{letter}"), &own, &[]);
    assert_eq!(opened.status, 200, "{}", opened.body);
    assert!(opened.body.contains("inscrite au journal, vérifiée"), "{}", opened.body);

    // Locked, it shows nothing of it any more, and says what to do.
    assert_eq!(page.post("/verrouiller", &own, &[]).status, 303);
    assert_eq!(page.get("/").status, 303);
    let late = page.post(&format!("/plis/{letter}"), &own, &[]);
    assert!(
        late.body.contains("elle n'a pas été faite") && !late.body.contains("inscrite au journal, vérifiée")
    );
    page.end();
    world.end();
}
