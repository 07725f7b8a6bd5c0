//! The verifier that shares no code with Pli, asked by the tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says why")]

use std::path::Path;
use std::process::{Command, Stdio};

/// What the verifier says that shares no code with Pli; nothing where there is no Python.
pub(crate) fn independent(arguments: &[&str]) -> Option<(i32, String)> {
    let found = Command::new("python3").arg("--version").stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        let required = std::env::var_os("PLI_INTEROP_REQUIRED").is_some_and(|required| required == "1");
        assert!(!required, "python3 is required and is not installed");
        eprintln!("skipped: python3 is not installed");
        return None;
    }
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/verify_log.py");
    let output = Command::new("python3").arg(verifier).args(arguments).output().unwrap();
    Some((output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap()))
}
