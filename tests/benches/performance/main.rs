//! The numbers of Pli, each beside its limit in the same run.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its numbers")]

mod bare;
mod deposits;
mod process;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["role", "bare", folder] => bare::serve(folder.as_ref()),
        ["role", "relay", folder] => process::serve_relay(folder.as_ref()),
        _ => deposits::measure(),
    }
}
