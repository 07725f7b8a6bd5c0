//! A page that is served, spoken to byte by byte: a browser would not send what an attacker does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// A page that is served, and what its browser holds.
pub(crate) struct Served {
    /// Its address without `http://`.
    pub(crate) host: String,
    /// What the terminal shows.
    pub(crate) code: String,
    /// What the file posts.
    pub(crate) token: String,
    /// What it was given when it came in.
    pub(crate) cookie: Option<String>,
}

/// What came back.
pub(crate) struct Answer {
    /// As a number.
    pub(crate) status: u16,
    /// In small letters.
    pub(crate) head: String,
    /// As it is, where it is text.
    pub(crate) body: String,
}

impl Served {
    /// By what `pli ui` says when it starts.
    pub(crate) fn said(said: &Value) -> Self {
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        let page = std::fs::read_to_string(text("file")).unwrap();
        let token =
            page.split("name=\"jeton\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let host = text("address").strip_prefix("http://").unwrap().to_owned();
        Self { host, code: text("code"), token, cookie: None }
    }

    /// Sends exactly this head, and reads what comes.
    pub(crate) fn raw(&self, head: &str, body: &[u8]) -> Answer {
        let (status, head, body) = self.bytes(head, body);
        Answer { status, head, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// The same, where what comes is no text.
    pub(crate) fn bytes(&self, head: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        // Whoever is turned away early may not get rid of the rest.
        let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes());
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, answer[end + 4..].to_vec())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{cookie}", self.host), b"")
    }

    pub(crate) fn post(&self, path: &str, origin: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<_> =
            form.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let body = body.join("&");
        self.raw(&self.posts(path, origin, "application/x-www-form-urlencoded", body.len()), body.as_bytes())
    }

    /// The head of a form that is sent.
    pub(crate) fn posts(&self, path: &str, origin: &str, kind: &str, bytes: usize) -> String {
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let origin = if origin.is_empty() { String::new() } else { format!("Origin: {origin}\r\n") };
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{origin}{cookie}Content-Type: {kind}\r\nContent-Length: {bytes}\r\n",
            self.host,
        )
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

    /// As a form with documents is sent: texts, then files with their names as they are typed here.
    pub(crate) fn send(&self, path: &str, texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
        self.send_as(path, "", texts, files)
    }

    /// The same as the page's script sends it while nobody is there.
    pub(crate) fn send_by_itself(&self, path: &str, texts: &[(&str, &str)]) -> Answer {
        self.send_as(path, "X-Pli-By-Itself: 1\r\n", texts, &[])
    }

    fn send_as(
        &self,
        path: &str,
        line: &str,
        texts: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        const BETWEEN: &str = "----pli-between-parts";
        let mut body = Vec::new();
        for (name, text) in texts {
            let mut part = String::new();
            write!(part, "--{BETWEEN}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
                .unwrap();
            body.extend(part.into_bytes());
        }
        for (name, file, bytes) in files {
            let disposition = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"");
            body.extend(
                format!("--{BETWEEN}\r\n{disposition}\r\nContent-Type: text/html\r\n\r\n").into_bytes(),
            );
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BETWEEN}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={BETWEEN}");
        let head = self.posts(path, &self.own(), &kind, body.len());
        self.raw(&format!("{head}{line}"), &body)
    }

    /// Comes in and unlocks.
    pub(crate) fn unlock(&mut self, passphrase: &str) {
        self.enter();
        let own = self.own();
        assert_eq!(self.post("/deverrouiller", &own, &[("phrase", passphrase)]).status, 303);
    }
}
