//! The repository's own rules, as ordinary tests: what stands where, and what stands nowhere.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace").to_owned()
}

/// Every Rust file of the packages, with its path from the root.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of the repository").flatten() {
            let path = entry.path();
            let skipped = ["target", "node_modules"].iter().any(|name| path.ends_with(name));
            if path.is_dir() && !skipped {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = root();
    let mut found = Vec::new();
    for package in ["shared", "server", "client", "tests"] {
        walk(&root.join(package), &mut found);
    }
    found.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(path).expect("a source file"))
    };
    found.into_iter().map(read).collect()
}

/// The code of a file: without comments, without its tests.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_source_file_says_what_it_is() {
    for (name, text) in sources() {
        assert!(text.starts_with("//!"), "{name} does not open with //!");
    }
}

#[test]
fn the_core_names_no_runtime_no_socket_and_no_clock() {
    let forbidden =
        ["tokio::", "quinn::", "rustls::", "SystemTime::now(", "Instant::now(", "std::fs::", "std::net::"];
    for (name, text) in sources().into_iter().filter(|(name, _)| name.starts_with("shared/src")) {
        for word in forbidden {
            // age's adapter and the vectors of its tests read nothing either; no exception is needed.
            assert!(!code(&text).contains(word), "{name} names {word}");
        }
    }
}

#[test]
fn some_words_have_one_home() {
    let check = |word: &str, homes: &[&str]| {
        for (name, text) in sources() {
            let allowed = homes.iter().any(|home| name.starts_with(home)) || name.starts_with("tests/");
            assert!(allowed || !code(&text).contains(word), "{name} names {word}, whose home is {homes:?}");
        }
    };
    check("serde_cbor::", &["shared/src/cbor.rs"]);
    check("use ring::", &["shared/src/crypto.rs"]);
    check("use age::", &["shared/src/seal/"]);
    check("sled::", &["server/src/store/table.rs"]);
    check("use hyper", &["server/src/log_http.rs", "client/src/ui/"]);
    check("axum::", &["client/src/ui/"]);
    check("krilla::", &["client/src/sheet/"]);
    check("lettre::", &["client/src/mail.rs"]);
    for word in ["lopdf::", "quick_xml::", "html5gum::", "mail_parser::", "encoding_rs::"] {
        check(word, &["client/src/documents/", "client/tests/"]);
    }
    check("seccompiler::", &["client/src/documents/shut_in.rs"]);
    check("SystemTime::now(", &["server/src/clock.rs"]);
    check("unsafe ", &[]);
}

#[test]
fn nobody_prints_past_the_modules_that_speak() {
    for (name, text) in
        sources().into_iter().filter(|(name, _)| !name.contains("tests") && !name.contains("examples"))
    {
        for word in ["println!(", "eprintln!(", "print!(", "dbg!("] {
            assert!(!code(&text).contains(word), "{name} prints with {word}");
        }
    }
}

#[test]
fn the_readme_shows_what_the_demonstration_says() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let catalogue = fs::read_to_string(root().join("client/text/fr.ftl")).expect("the French catalogue");
    // Numbers, ids and names change from run to run; the words between them do not.
    let shown = readme.split("```").find(|block| block.contains("1. La mairie")).expect("the shown output");
    for line in shown.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains(" $ pli ")) {
        let line = line.strip_prefix("Refusé : ").unwrap_or(line);
        let said = catalogue
            .lines()
            .filter_map(|entry| entry.split_once(" = "))
            .any(|(_, sentence)| fits(line, sentence));
        assert!(said, "the README shows a line that the catalogue does not have: {line}");
    }
}

#[test]
fn every_sentence_of_the_catalogues_is_said() {
    // These are named at run time, by a code that ends the name.
    let families = [
        "refusal-",
        "objection-",
        "log-fault-",
        "act-",
        "anomaly-",
        "report-day-",
        "report-limit-",
        "status-",
        "demo-7-",
        "inbox-",
        "keystore-",
        "agent-",
        "because-",
        "unread-",
        "fault-",
        "handling-",
        "table-",
        "patrol-why-",
        "page-state-",
        "page-said-",
        "page-rule-",
        "page-approve-",
        "page-reject-",
        "page-handling-",
        "page-change-",
        "page-version-",
    ];
    let text = |file: &str| fs::read_to_string(root().join(file)).expect("a French catalogue");
    let catalogue = text("client/text/fr.ftl") + &text("client/text/page.fr.ftl");
    let code: String = sources()
        .into_iter()
        .filter(|(name, _)| name.starts_with("client/src"))
        .map(|(_, text)| text)
        .collect();
    let names = catalogue.lines().filter_map(|line| line.split_once(" =")).map(|(name, _)| name);
    for name in names.filter(|name| name.starts_with(|letter: char| letter.is_ascii_lowercase())) {
        let said =
            code.contains(&format!("\"{name}\"")) || families.iter().any(|family| name.starts_with(family));
        assert!(said, "nobody says {name}");
    }
}

#[test]
fn the_members_guide_quotes_what_the_pages_say() {
    let text = |file: &str| fs::read_to_string(root().join(file)).expect("a French text");
    let plain = |text: &str| text.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let files = ["client/text/page.fr.ftl", "client/text/fr.ftl", "shared/nomenclature.toml"];
    let said = plain(&files.map(text).concat());
    let guide = plain(&text("docs/guide-membre.md"));
    let quotes = guide.split('«').skip(1).filter_map(|rest| rest.split_once('»'));
    for (quote, _) in quotes {
        // A quotation may leave something out, and end before its full stop.
        for piece in quote.split('…').map(|piece| piece.trim_matches([' ', '.'])) {
            assert!(said.contains(piece), "the member's guide quotes what no page says: {piece}");
        }
    }
    for word in ["clé", "clés", "hash", "epoch"] {
        let is_said = guide.split(|letter: char| !letter.is_alphabetic()).any(|found| found == word);
        assert!(!is_said, "the member's guide says {word}");
    }
}

/// Whether a line is a sentence of the catalogue with its places filled in.
fn fits(line: &str, sentence: &str) -> bool {
    let mut rest = line.replace('\u{a0}', " ");
    let sentence = sentence.replace('\u{a0}', " ");
    let mut pieces =
        sentence.split('{').map(|piece| piece.rsplit_once('}').map_or(piece, |(_, after)| after));
    let Some(after) = pieces.next().and_then(|first| rest.strip_prefix(first)) else { return false };
    rest = after.to_owned();
    for piece in pieces {
        match rest.find(piece) {
            Some(place) => rest = rest[place + piece.len()..].to_owned(),
            None => return false,
        }
    }
    true
}
