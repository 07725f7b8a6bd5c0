//! Bad input of the page: what is too large, too slow or wrongly named, documents that would run, a disk that is full. Each
//! gets an answer that says what to do, and keeps nobody else out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::page::{Page, passphrase};
use crate::world::{World, files, until};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// How many connections the page has at a time.
const CONNECTIONS_MAX: usize = 64;

/// The form of a confidential note, filled in for the police.
fn note(world: &World) -> (String, [(&'static str, &'static str); 3]) {
    let form = format!("/ecrire/{}/F05a", world.group("clairval"));
    (form, [("a", "police"), ("sujet", "Hall 3"), ("texte", "Vu ce soir.")])
}

/// What stands between two texts.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split(from).nth(1).unwrap_or_else(|| panic!("no {from} in {text}")).split(to).next().unwrap()
}

#[test]
fn what_is_too_large_is_refused_and_what_is_too_slow_keeps_nobody_out() {
    let world = World::new("page-slow");
    let mut page = Page::begin(&world, "bailleur");
    let (own, much) = (page.own(), "x".repeat(2 * 1024 * 1024));
    let check = |page: &Page, path: &str, origin: &str, name: &str| {
        let answer = page.post(path, origin, &[(name, &much)]);
        assert_eq!(answer.status, 413, "{path}");
        assert!(answer.body.contains("plus long que ce que cette page accepte"), "{path}: {}", answer.body);
    };
    check(&page, "/entrer", "null", "jeton");
    check(&page, "/entrer/code", &own, "code");
    let other = page.post("/entrer/code", &own, &[("autre", "champ")]);
    assert!(other.status == 422 && other.body.contains("n'est pas comprise"), "{}", other.body);
    let head = format!("GET /{} HTTP/1.1\r\nHost: {}\r\n", "x".repeat(64 * 1024), page.host);
    assert!((400..500).contains(&page.raw(&head, b"").status), "a long address");

    // None of them used the entry up.
    page.unlock(&passphrase(&world, "bailleur"));
    check(&page, "/deverrouiller", &own, "phrase");

    // A form that stands still on its way.
    let (path, _) = note(&world);
    let half = "--x\r\nContent-Disposition: form-data; name=\"sujet\"\r\n\r\nCave du bâtiment B\r\n--x\r\n\
                Content-Disposition: form-data; name=\"texte\"\r\n\r\nLa porte";
    let head = page.posts(&path, &own, "multipart/form-data; boundary=x", half.len() + 100);
    let mut still = TcpStream::connect(&page.host).unwrap();
    still.write_all(format!("{head}Connection: close\r\n\r\n{half}").as_bytes()).unwrap();

    // As many as the page takes, each of whom sends a head a byte at a time and never ends it.
    let head = format!("GET / HTTP/1.1\r\nHost: {}\r\nX-Slow: ", page.host);
    let mut slow: Vec<_> = (0..CONNECTIONS_MAX).map(|_| TcpStream::connect(&page.host).unwrap()).collect();
    for stream in &mut slow {
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
    }
    // Whoever comes after them waits until the page has had enough of them, and is answered.
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| page.get("/").status);
        until("the end of the slow", || {
            slow.retain_mut(|stream| {
                let mut answer = [0; 512];
                let is_sent = stream.write_all(b"x").is_ok();
                match stream.read(&mut answer) {
                    Ok(0) => false,
                    Ok(_) => true,
                    Err(error) => {
                        is_sent && matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
                    }
                }
            });
            slow.is_empty().then_some(())
        });
        assert_eq!(waiting.join().unwrap(), 200);
    });
    let mut answer = String::new();
    still.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("interrompu") && answer.contains("Cave du bâtiment B"), "{answer}");
    page.end();
    world.end();
}

/// Neither what it is called nor what it holds makes a document more than bytes to be saved.
#[test]
fn a_document_is_saved_and_never_shown() {
    let world = World::new("page-documents");
    let mut writer = Page::begin(&world, "mairie");
    writer.unlock(&passphrase(&world, "mairie"));
    let (form, texts) = note(&world);
    let script = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(document.cookie)</script></svg>";
    let hostile = [
        "../../../home.toml",
        "..\\..\\plan.svg",
        "/tmp/pli-page.html",
        "<img src=x onerror=alert(1)>.html",
        "a%00b.svg",
    ];
    let sent: Vec<_> = hostile.iter().map(|name| ("documents", *name, &script[..])).collect();
    let asked = writer.send(&form, &texts, &sent);
    assert!(!asked.body.contains("<img src=x"), "{}", asked.body);
    let folder = between(&asked.body, "name=\"dossier\" value=\"", "\"");
    let landed = world.home("mairie").join("dropped").join(folder);
    let mut names: Vec<_> =
        files(&landed).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(
        names,
        ["<img src=x onerror=alert(1)>.html", "a%00b.svg", "home.toml", "plan.svg", "pli-page.html"]
    );
    assert!(!std::path::Path::new("/tmp/pli-page.html").exists());

    for (name, why) in [("..", "no name"), (&*"x".repeat(300), "longer than a file's name is")] {
        let answer = writer.send(&form, &texts, &[("documents", name, script)]);
        assert!(
            answer.body.contains("notice wrong") && answer.body.contains("Vu ce soir."),
            "{why}: {}",
            answer.body
        );
    }

    assert!(asked.body.contains("Renommez le document"), "{}", asked.body);

    // Under names that any system takes, whoever vouches for them sends them; whoever reads them saves them.
    let plain = ["plan.svg", "note.html", "bilan d'été.pdf.htm"];
    let sent: Vec<_> = plain.iter().map(|name| ("documents", *name, &script[..])).collect();
    let again = [&texts[..], &[("atteste", "1"), ("oui", "1")]].concat();
    let done = writer.send(&form, &again, &sent);
    assert!(done.body.contains("est déposé"), "{}", done.body);
    writer.end();
    let mut reader = Page::begin(&world, "police");
    let phrase = passphrase(&world, "police");
    reader.unlock(&phrase);
    let letter = between(&reader.get("/").body, "class=\"new\"", "</tr>").to_owned();
    let letter = format!("/plis/{}", between(&letter, "href=\"/plis/", "\""));
    let own = reader.own();
    let opened = reader.post(&letter, &own, &[("reason", "suivi")]);
    assert!(opened.body.contains("plan.svg") && !opened.body.contains("<svg xmlns"), "{}", opened.body);
    let wrong =
        reader.post(&format!("{letter}/documents"), &own, &[("reason", "suivi"), ("phrase", "neuf ours")]);
    assert!(!wrong.body.contains("/recus/"), "without the passphrase nothing leaves");
    let saved =
        reader.post(&format!("{letter}/documents"), &own, &[("reason", "suivi"), ("phrase", &phrase)]);
    let links: Vec<_> =
        saved.body.split("href=\"/recus/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(links.len(), plain.len(), "{}", saved.body);
    for link in &links {
        let taken = reader.get(&format!("/recus/{link}"));
        for rule in [
            "content-disposition: attachment; filename=\"",
            "content-type: application/octet-stream",
            "content-security-policy: sandbox; default-src 'none'",
            "x-content-type-options: nosniff",
        ] {
            assert!(taken.head.contains(rule), "{link}, {rule}: {}", taken.head);
        }
        assert_eq!((taken.status, taken.body.as_bytes()), (200, &script[..]));
    }
    let own_folder = links[0].split('/').next().unwrap();
    for path in [
        format!("{own_folder}/99"),
        format!("{own_folder}/../0"),
        format!("{}/0", "0".repeat(16)),
        "..%2f../0".to_owned(),
    ] {
        assert_ne!(reader.get(&format!("/recus/{path}")).status, 200, "{path}");
    }
    reader.end();
    world.end();
}

/// As a disk that is full in the middle of a document: it is said, nothing stays, what was typed is still there, and the
/// page goes on.
#[test]
fn a_full_disk_says_so_and_keeps_what_was_typed() {
    const BLOCKS: u64 = 4096;
    let world = World::new("page-full");
    let mut page = Page::of(world.start_cramped("mairie", BLOCKS, &["ui", "--no-browser"]));
    page.unlock(&passphrase(&world, "mairie"));
    let (form, texts) = note(&world);
    let large = vec![b'x'; 3 * 1024 * 1024];
    let full = page.send(&form, &texts, &[("documents", "grand.txt", &large)]);
    assert!(full.body.contains("plus assez de place") && full.body.contains("Vu ce soir."), "{}", full.body);
    let dropped = world.home("mairie").join("dropped");
    assert_eq!(files(&dropped), Vec::<std::path::PathBuf>::new());
    let small = page.send(&form, &texts, &[("documents", "petit.txt", b"Entr\xc3\xa9e B")]);
    assert!(small.body.contains("Ce pli sera lisible par une personne"), "{}", small.body);

    let piece = page.send("/verifier", &[], &[("piece", "piece", &large)]);
    assert!(piece.body.contains("notice wrong"), "{}", piece.body);
    assert_eq!(page.get("/envoyes").status, 200);
    page.end();
    world.end();
}
