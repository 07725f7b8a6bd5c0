//! The documents of a message: fetched sealed, going on where they stopped, and only then opened.

use super::{RETRIES_MAX, Reading};
use crate::failure::{Failure, Unverified};
use crate::home::{create_private, io, private_options};
use crate::session::Session;
use crate::show::Show;
use shared::crypto::Sha256;
use shared::ids::{Digest, MessageId};
use shared::limits::DOCUMENT_NAME_BYTES_MAX;
use shared::message::{InvalidMessage, Part, is_file_name};
use shared::wire::{Answer, Ask};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// What is read or written at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// Fetches a document and writes it, in clear, into a folder.
///
/// # Errors
/// [`Failure`]; nothing is left under its name that was not verified to its end.
pub async fn save_document(
    session: &mut Session,
    read: &Reading,
    number: u16,
    folder: &Path,
    show: &Show,
) -> Result<PathBuf, Failure> {
    let place = usize::from(number);
    let document = read.opened.note.documents.get(place).ok_or(InvalidMessage::Note)?;
    let part = read.header.documents().get(place).ok_or(InvalidMessage::Note)?;
    // What a writer's client let through is not trusted here either.
    if !is_file_name(&document.name) {
        return Err(InvalidMessage::Note.into());
    }
    let sealed = fetch(session, read.header.core.id, number, part, &document.name, show).await?;
    let temporary = folder.join(format!(".{}-{number}.partial", read.header.core.id));
    let failed = |error| Failure::local("save-io", error);
    let output = private_options().truncate(true).open(&temporary).map_err(failed)?;
    let mut output = Hashed { file: output, digest: Sha256::default(), bytes: 0 };
    let input = File::open(&sealed).map_err(|error| io("inbox", &error))?;
    let outcome = read.opened.identity.open_part(input, &mut output);
    let fits = outcome.is_ok() && output.digest.finish() == document.sha256 && output.bytes == document.bytes;
    if !fits {
        let _ = std::fs::remove_file(&temporary);
        return Err(InvalidMessage::Part.into());
    }
    output.file.sync_all().map_err(failed)?;
    let path = take_name(folder, &document.name).map_err(failed)?;
    std::fs::rename(&temporary, &path).map_err(failed)?;
    let _ = std::fs::remove_file(sealed);
    Ok(path)
}

/// Writes the message identity and the sealed parts, for stock `age`.
///
/// # Errors
/// [`Failure`].
pub async fn export(
    session: &mut Session,
    read: &Reading,
    folder: &Path,
    show: &Show,
) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| Failure::local("save-io", error);
    create_private(folder)?;
    let mut written = Vec::new();
    let mut write = |name: String, bytes: &[u8]| {
        let path = folder.join(name);
        let mut file = private_options().truncate(true).open(&path)?;
        file.write_all(bytes)?;
        written.push(path);
        file.sync_all()
    };
    let secret = read.opened.identity.to_secret();
    write("identity.txt".to_owned(), secret.as_bytes()).map_err(failed)?;
    write("note.age".to_owned(), &read.sealed_note).map_err(failed)?;
    for (number, part) in (0..).zip(read.header.documents()) {
        let sealed =
            fetch(session, read.header.core.id, number, part, &format!("{}", number + 1), show).await?;
        let path = folder.join(format!("document-{}.age", number + 1));
        std::fs::copy(&sealed, &path).map_err(failed)?;
        let _ = std::fs::remove_file(sealed);
        written.push(path);
    }
    Ok(written)
}

/// Fetches a ciphertext into the inbox, going on where it stopped, and compares its digest.
async fn fetch(
    session: &mut Session,
    message: MessageId,
    number: u16,
    part: &Part,
    name: &str,
    show: &Show,
) -> Result<PathBuf, Failure> {
    let path = session.home.dir().join("inbox").join(format!("{message}-{number}"));
    let bar = show.progress(part.bytes, "open-fetching", name);
    let mut losses = 0;
    loop {
        match fetch_once(session, message, number, part, &path, &bar).await {
            Err(Failure::Unreached) if losses < RETRIES_MAX => {
                losses += 1;
                session.disconnect();
                tokio::time::sleep(std::time::Duration::from_secs(losses.into())).await;
            }
            Ok(()) => break,
            Err(failure) => return Err(failure),
        }
    }
    bar.finish_and_clear();
    if digest_of(&path)? == part.digest {
        Ok(path)
    } else {
        let _ = std::fs::remove_file(&path);
        Err(InvalidMessage::Part.into())
    }
}

async fn fetch_once(
    session: &mut Session,
    message: MessageId,
    number: u16,
    part: &Part,
    path: &Path,
    bar: &indicatif::ProgressBar,
) -> Result<(), Failure> {
    let failed = |error| io("inbox", &error);
    let mut file = private_options().append(true).open(path).map_err(failed)?;
    let mut from = file.metadata().map_err(failed)?.len();
    if from > part.bytes {
        file.set_len(0).map_err(failed)?;
        from = 0;
    }
    bar.set_position(from);
    if from == part.bytes {
        return Ok(());
    }
    let mut conversation = session.begin(Ask::Fetch { message, part: number, from }).await?;
    let Answer::Part { bytes } = conversation.answer().await? else { return Err(Unverified::Answer.into()) };
    if bytes != part.bytes - from {
        return Err(Unverified::Answer.into());
    }
    let mut left = bytes;
    let mut chunk = vec![0; CHUNK_BYTES];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        let read = conversation.bytes(&mut chunk[..wanted]).await?;
        file.write_all(&chunk[..read]).map_err(failed)?;
        left -= read as u64;
        bar.inc(read as u64);
    }
    file.sync_data().map_err(failed)
}

fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let failed = |error| io("inbox", &error);
    let mut file = File::open(path).map_err(failed)?;
    let (mut digest, mut chunk) = (Sha256::default(), vec![0; CHUNK_BYTES]);
    loop {
        match file.read(&mut chunk).map_err(failed)? {
            0 => return Ok(digest.finish()),
            read => digest.update(&chunk[..read]),
        }
    }
}

/// Takes a name in the folder that nothing has, not even a link to nowhere: an empty file stands there.
fn take_name(folder: &Path, name: &str) -> std::io::Result<PathBuf> {
    let (stem, extension) =
        name.rsplit_once('.').map_or((name, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let (mut path, mut number) = (folder.join(name), 1);
    loop {
        match private_options().create_new(true).open(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                number += 1;
                let end = format!(" ({number}){extension}");
                let room = DOCUMENT_NAME_BYTES_MAX.saturating_sub(end.len());
                path = folder.join(format!("{}{end}", &stem[..stem.floor_char_boundary(room)]));
            }
            Err(error) => return Err(error),
        }
    }
}

struct Hashed {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl Write for &mut Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
