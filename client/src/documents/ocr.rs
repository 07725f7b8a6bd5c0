//! Letters in images, where the machine has a program that recognises them and somebody asks for it.
//!
//! What is recognised is judged like any text, so it can stop a document. It never makes an image one that was
//! read: a page that is crooked or written by hand says something else than was recognised.

use super::limits::{Limits, OCR_DEADLINE};
use super::program::ask;
use super::{Passage, Reading, Reason, Unread};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A program that recognises letters, called as `tesseract` is.
#[derive(Debug, Clone)]
pub struct Ocr {
    /// Where it lies.
    pub program: PathBuf,
    /// How long one image may take.
    pub deadline: Duration,
}

impl Ocr {
    /// The one of this machine, if it has one.
    #[must_use]
    pub fn installed() -> Option<Self> {
        let folders = std::env::var_os("PATH")?;
        let name = format!("tesseract{}", std::env::consts::EXE_SUFFIX);
        let program =
            std::env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file());
        Some(Self { program: program?, deadline: OCR_DEADLINE })
    }

    /// Adds what is recognised in the pictures of a reading, and takes them out of it.
    pub fn add_to(&self, reading: &mut Reading) {
        for picture in std::mem::take(&mut reading.pictures) {
            let mut command = Command::new(&self.program);
            command.args(["stdin", "stdout", "-l", "fra"]);
            let answer = ask(&mut command, Some(picture.bytes), Limits::USUAL.text_bytes, self.deadline);
            match answer {
                Ok(text) if !text.trim_ascii().is_empty() => {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    reading.passages.push(Passage { place: picture.place, text });
                }
                Ok(_) => {}
                Err(_) => reading.unread.push(Unread { place: picture.place, reason: Reason::Failed }),
            }
        }
    }
}
