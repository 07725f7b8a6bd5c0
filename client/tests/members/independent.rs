//! Verifiers that share no code with Pli, asked by the tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says why")]

use std::path::Path;
use std::process::{Command, Stdio};

/// What the verifier says that shares no code with Pli; nothing where there is no Python.
pub(crate) fn independent(arguments: &[&str]) -> Option<(i32, String)> {
    if is_missing("python3", "--version") {
        return None;
    }
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/verify_log.py");
    Some(said(Command::new("python3").arg(verifier).args(arguments)))
}

/// What the packages of Go's checksum database say of a mirror; nothing where there is no Go.
#[allow(dead_code, reason = "not every test has a mirror")]
pub(crate) fn sumdb(dir: &Path, vkey: &str) -> Option<(i32, String)> {
    if is_missing("go", "version") {
        return None;
    }
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/interop/mirror/main.go");
    let mut go = Command::new("go");
    // Debian installs packages of Go there.
    go.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOFLAGS", "");
    go.env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"));
    Some(said(go.arg("run").arg(program).arg(dir).arg(vkey)))
}

fn said(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// Whether a program is not here that this machine need not have.
fn is_missing(program: &str, version: &str) -> bool {
    let found = Command::new(program).arg(version).stdout(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return false;
    }
    let required = std::env::var_os("PLI_INTEROP_REQUIRED").is_some_and(|required| required == "1");
    assert!(!required, "{program} is required and is not installed");
    eprintln!("skipped: {program} is not installed");
    true
}
