//! What is typed to screen a text.

use clap::Args;
use std::path::PathBuf;

/// Screen texts by the rules of article 5, which `send` does not apply yet; nothing is kept, nobody is asked.
#[derive(Args, Debug)]
pub struct Screen {
    /// Take each line of a file as a message of its own; `\n` in it stands for a line break, `\\` for a backslash.
    #[arg(long)]
    pub lines: bool,
    /// The files; `-` is what is typed or piped.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}
