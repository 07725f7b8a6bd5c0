//! `pli notify`: one message for however many letters, which says that one waits and nothing else.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::world::{World, interrupt, until};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

/// A mail server that takes everything: what it was sent, one message at a time.
fn server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // A test that ended listens no more.
            if sender.send(taken(stream.unwrap())).is_err() {
                return;
            }
        }
    });
    (port, receiver)
}

/// RFC 5321, as far as one message needs it.
fn taken(stream: TcpStream) -> String {
    let mut answers = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut message = String::new();
    let mut say = |line: &str| answers.write_all(format!("{line}\r\n").as_bytes()).unwrap();
    say("220 localhost");
    while let Some(Ok(line)) = lines.next() {
        match line.split([' ', ':']).next().unwrap().to_ascii_uppercase().as_str() {
            "DATA" => {
                say("354 go on");
                let text: Vec<_> =
                    lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                message = text.join("\n");
                say("250 taken");
            }
            "QUIT" => {
                say("221 good-bye");
                break;
            }
            _ => say("250 localhost"),
        }
    }
    message
}

#[test]
fn a_member_is_told_once_and_of_nothing() {
    let mut world = World::new("notify");
    let (port, mails) = server();
    let file = world.desk().join("smtp.toml");
    let text = format!(
        "host = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"pli@clairval.example\"\nto = \"b.o@clairval.example\"\n"
    );
    fs::write(&file, text).unwrap();
    let smtp = ["notify", "--smtp", file.to_str().unwrap()];

    // To see whether the file is right.
    let tried = world.one("police", &[&smtp[..], &["--test"]].concat());
    assert_eq!(tried, json!({"state": "told"}));
    let tried = mails.recv().unwrap();

    let mut child = world.start_traced("police", &smtp);
    let mut stderr = child.stderr.take().unwrap();
    // Whatever it traces: a pipe that nobody reads would stop it.
    let traces = std::thread::spawn(move || {
        let mut traces = String::new();
        stderr.read_to_string(&mut traces).unwrap();
        traces
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(said(), json!({"state": "watching"}));

    // It comes back by itself, and then hears of two letters.
    world.stop_relay();
    world.start_relay();
    assert_eq!(said(), json!({"state": "watching"}));
    let group = world.group("clairval");
    let subject = world.canary("subject");
    let letter =
        ["send", "--group", &group, "--flow", "F05a", "--to", "police", "--text", "x", "--subject", &subject];
    let letters = [world.one("mairie", &letter), world.one("mairie", &letter)];
    assert_eq!(said(), json!({"state": "told"}));
    let told = mails.recv().unwrap();
    assert!(mails.try_recv().is_err(), "one message is enough");

    for mail in [&tried, &told] {
        for part in [
            "Subject: Un pli vous attend",
            "To: b.o@clairval.example",
            "Ouvrez Pli sur votre poste pour le lire.",
        ] {
            assert!(mail.contains(part), "{part:?} is not in {mail}");
        }
        let ids = letters.iter().map(|letter| letter["id"].as_str().unwrap()[..8].to_owned());
        let none = ["http", "Delmas", "mairie", "Clairval", "F05a", "bailleur"].map(str::to_owned);
        for word in none.into_iter().chain(ids).chain([group[..8].to_owned(), subject.clone()]) {
            assert!(!mail.contains(&word), "{word:?} is in {mail}");
        }
    }

    interrupt(&child);
    until("its end", || child.try_wait().unwrap());
    let traces = traces.join().unwrap();
    assert!(!traces.is_empty(), "nothing was traced");
    for letter in &letters {
        assert!(!traces.contains(letter["id"].as_str().unwrap()), "a letter is in a trace");
    }
    for word in ["b.o@clairval", "police", "mairie", "Orsini"] {
        assert!(!traces.contains(word), "{word} is in a trace");
    }
    world.end();
}
