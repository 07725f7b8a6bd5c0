//! `pli ui` as a browser meets it: what comes in, what is turned away, and what a member reads there.
//!
//! The server is the real one, spoken to byte by byte: a browser would not send what an attacker does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::world::{World, interrupt, until};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Child;

/// A page that is served, and what its browser holds.
pub(crate) struct Served {
    pub(crate) child: Option<Child>,
    pub(crate) host: String,
    pub(crate) code: String,
    pub(crate) token: String,
    pub(crate) cookie: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Served {
    pub(crate) fn begin(world: &World, person: &str) -> Self {
        Self::of(world.start(person, &["ui", "--no-browser"]))
    }

    /// The page that a process serves which was started just now.
    pub(crate) fn of(mut child: Child) -> Self {
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        let page = std::fs::read_to_string(text("file")).unwrap();
        let token =
            page.split("name=\"jeton\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let host = text("address").strip_prefix("http://").unwrap().to_owned();
        Self { child: Some(child), host, code: text("code"), token, cookie: None }
    }

    /// Sends exactly this head, and reads what comes.
    pub(crate) fn raw(&self, head: &str, body: &str) -> Answer {
        let (status, head, body) = self.bytes(head, body.as_bytes());
        Answer { status, head, body: String::from_utf8(body).unwrap() }
    }

    /// The same, where what goes or comes is no text.
    pub(crate) fn bytes(&self, head: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let head = format!("{head}Connection: close\r\n\r\n");
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_ascii_lowercase(), answer[end + 4..].to_vec())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{cookie}", self.host), "")
    }

    pub(crate) fn post(&self, path: &str, origin: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<_> =
            form.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let body = body.join("&");
        self.raw(&self.posts(path, origin, "application/x-www-form-urlencoded", body.len()), &body)
    }

    /// Sends a file, as a form with one does.
    pub(crate) fn post_file(&self, path: &str, field: &str, file: &[u8]) -> Answer {
        let begin =
            format!("--limit\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"x\"\r\n\r\n");
        let body = [begin.as_bytes(), file, b"\r\n--limit--\r\n"].concat();
        let head = self.posts(path, &self.own(), "multipart/form-data; boundary=limit", body.len());
        let (status, head, body) = self.bytes(&head, &body);
        Answer { status, head, body: String::from_utf8(body).unwrap() }
    }

    /// The head of a form that is sent.
    pub(crate) fn posts(&self, path: &str, origin: &str, kind: &str, bytes: usize) -> String {
        let cookie = self.cookie.as_ref();
        let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let origin = if origin.is_empty() { String::new() } else { format!("Origin: {origin}\r\n") };
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{origin}{cookie}Content-Type: {kind}\r\nContent-Length: {bytes}\r\n",
            self.host,
        )
    }

    /// Sends a form as browsers send those with files: its fields, and a file by its field, name and text.
    pub(crate) fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<(&str, &str, &str)>,
    ) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            body +=
                &format!("--pli-limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        if let Some((name, called, text)) = file {
            body += &format!(
                "--pli-limit\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{called}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n{text}\r\n"
            );
        }
        body += "--pli-limit--\r\n";
        let cookie = self.cookie.as_ref().unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nCookie: {cookie}\r\n\
             Content-Type: multipart/form-data; boundary=pli-limit\r\nContent-Length: {}\r\n",
            self.host,
            self.own(),
            body.len()
        );
        self.raw(&head, &body)
    }

    pub(crate) fn own(&self) -> String {
        format!("http://{}", self.host)
    }

    /// Comes in by the file, as the desktop's browser does.
    pub(crate) fn enter(&mut self) {
        let answer = self.post("/entrer", "null", &[("jeton", &self.token)]);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(
            answer.body.contains("http-equiv=\"refresh\""),
            "it goes on by itself, and not by a redirect"
        );
        let cookie = answer.head.split("set-cookie: ").nth(1).unwrap().lines().next().unwrap();
        assert!(cookie.ends_with("; path=/; httponly; samesite=strict"), "{cookie}");
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
    }

    pub(crate) fn end(mut self) {
        let child = self.child.as_mut().unwrap();
        interrupt(child);
        until("its end", || child.try_wait().unwrap());
    }
}

pub(crate) fn passphrase(world: &World, person: &str) -> String {
    let file = world.home(person).parent().unwrap().join(format!("{person}.passphrase"));
    std::fs::read_to_string(file).unwrap().trim().to_owned()
}

#[test]
fn who_does_not_come_from_the_page_is_turned_away() {
    let world = World::new("page-door");
    let mut page = Served::begin(&world, "bailleur");
    let own = page.own();

    // Nobody came in yet.
    for path in ["/", "/envoyes", "/ecrire", "/groupes", "/nulle-part", "/progres"] {
        let answer = page.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(!answer.body.contains("Clairval"), "{path} tells something");
    }

    // A name that was made to point here, two names, none, a proxy.
    let check = |head: String, status: u16| {
        let answer = page.raw(&head, "");
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
    let mut page = Served::begin(&world, "bailleur");
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
    assert!(late.body.contains("Rien n'a été perdu") && !late.body.contains("inscrite au journal, vérifiée"));
    page.end();
    world.end();
}
