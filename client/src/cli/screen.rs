//! What is typed to screen a text or a document.

use clap::Args;
use std::path::PathBuf;

/// Screen texts and documents by the rules of article 5, which `send` does not apply yet; nothing is kept,
/// nobody is asked.
#[derive(Args, Debug)]
pub struct Screen {
    /// Take each line of a file as a message of its own; `\n` in it stands for a line break, `\\` for a backslash.
    #[arg(long, conflicts_with = "ocr")]
    pub lines: bool,
    /// Also judge what `tesseract` recognises in images; they stay unread.
    #[arg(long)]
    pub ocr: bool,
    /// The files; `-` is what is typed or piped.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Be the child that reads a document; nobody types this.
#[derive(Args, Debug)]
pub struct ReadDocument {
    /// Hand over images too.
    #[arg(long)]
    pub pictures: bool,
}
