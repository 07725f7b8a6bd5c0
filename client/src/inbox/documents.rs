//! The documents of a message: fetched sealed, going on where they stopped, and opened meanwhile into
//! a private place. Nothing gets its name before its end was verified.

use super::{RETRIES_MAX, Reading};
use crate::failure::{Failure, Unverified};
use crate::growing::{Growing, Written, growing};
use crate::home::{create_private, io, private_options};
use crate::outside;
use crate::screening;
use crate::session::Session;
use crate::show::Show;
use shared::crypto::Sha256;
use shared::ids::MessageId;
use shared::limits::DOCUMENT_NAME_BYTES_MAX;
use shared::message::{Document, InvalidMessage, Part, is_file_name};
use shared::seal::{MessageIdentity, OpenPartError, StreamError};
use shared::wire::{Answer, Ask};
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempPath;

/// What is read or written at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// What follows the last dot of a name is kept when it gets a number, if it is not longer.
const EXTENSION_BYTES_MAX: usize = 32;

/// One document of a message that was opened.
struct Sealed<'a> {
    message: MessageId,
    number: u16,
    part: &'a Part,
    /// What the progress bar calls it.
    name: &'a str,
}

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
    let failed = |error| Failure::local("save-io", error);
    let message = read.header.core.id;
    // Whoever kills this leaves the name behind: the next command removes the file.
    let temporary = format!(".{message}-{number}.partial");
    let home = session.home.clone();
    outside::begin(&home, &std::path::absolute(folder.join(&temporary)).map_err(failed)?)?;
    let partial = Partial::begin(folder, &temporary)?;
    let mut plaintext = Hashed::new(partial.writer().map_err(failed)?);
    let identity = read.opened.identity.clone();
    let open = move |sealed: Growing| {
        let mut sealed = Hashed::new(sealed);
        let sizes = identity.open_part(&mut sealed, &mut plaintext)?;
        plaintext.inner.sync_all().map_err(StreamError::Write)?;
        Ok((sizes, sealed.digest.finish(), plaintext.digest.finish()))
    };
    let sealed = Sealed { message, number, part, name: &document.name };
    let (opened, fetched) = fetch(session, &sealed, show, open).await?;
    let is_as_signed = match opened {
        Ok((sizes, digest, sha256)) => {
            (sizes.ciphertext_bytes, digest) == (part.bytes, part.digest)
                && (sizes.plaintext_bytes, sha256) == (document.bytes, document.sha256)
        }
        Err(OpenPartError::Open(_)) => false,
        Err(OpenPartError::Stream(error)) => return Err(Failure::local("save-io", error)),
    };
    if !is_as_signed {
        fetched.discard();
        return Err(InvalidMessage::Part.into());
    }
    let contents = screening::contents(&partial.path, None)?;
    if let Err(stopped) = read.screen_document(session, contents).await {
        fetched.discard();
        return Err(stopped);
    }
    let path = partial.keep(folder, &document.name).map_err(failed)?;
    fetched.discard();
    outside::end(&home, &std::path::absolute(folder.join(&temporary)).map_err(failed)?)?;
    Ok(path)
}

/// A document of a letter that is said again: its ciphertext is whole in the inbox, and goes from there when the last
/// of these does.
#[derive(Clone)]
pub struct Ciphertext {
    sealed: Arc<TempPath>,
    identity: MessageIdentity,
    document: Document,
}

impl Ciphertext {
    /// What it is, as its writer signed.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What is in it, while it is opened. Nothing of it touches the disk. What does not open ends too soon.
    ///
    /// # Errors
    /// That it cannot be read.
    pub fn open(&self) -> std::io::Result<impl Read + Send + use<>> {
        let (mut sealed, identity) = (File::open(&*self.sealed)?, self.identity.clone());
        let (plaintext, mut writer) = std::io::pipe()?;
        std::thread::spawn(move || identity.open_part(&mut sealed, &mut writer));
        Ok(plaintext)
    }
}

/// Fetches a document of a letter, sealed as it is.
///
/// # Errors
/// [`Failure`] if it does not come whole, or is not what the header names.
pub async fn ciphertext(
    session: &mut Session,
    read: &Reading,
    number: u16,
    show: &Show,
) -> Result<Ciphertext, Failure> {
    let place = usize::from(number);
    let document = read.opened.note.documents.get(place).ok_or(InvalidMessage::Note)?;
    let part = read.header.documents().get(place).ok_or(InvalidMessage::Note)?;
    let sealed = Sealed { message: read.header.core.id, number, part, name: &document.name };
    let hash = |sealed| {
        let mut sealed = Hashed::new(sealed);
        std::io::copy(&mut sealed, &mut std::io::sink()).map(|_| sealed.digest.finish())
    };
    let (digest, fetched) = fetch(session, &sealed, show, hash).await?;
    if digest.map_err(|error| io("inbox", &error))? != part.digest {
        fetched.discard();
        return Err(InvalidMessage::Part.into());
    }
    let sealed = TempPath::try_from_path(fetched.path).map_err(|error| io("inbox", &error))?;
    Ok(Ciphertext {
        sealed: Arc::new(sealed),
        identity: read.opened.identity.clone(),
        document: document.clone(),
    })
}

/// A file that is being written into a member's folder: gone unless it is kept, and one command's at a
/// time.
struct Partial {
    file: File,
    path: TempPath,
}

impl Partial {
    fn begin(folder: &Path, name: &str) -> Result<Self, Failure> {
        let failed = |error| Failure::local("save-io", error);
        // What is there was left by a process that was killed, unless one is still at it.
        if let Ok(left) = File::open(folder.join(name)) {
            alone(&left)?;
            let _ = std::fs::remove_file(folder.join(name));
        }
        let file = tempfile::Builder::new().prefix(name).rand_bytes(0).tempfile_in(folder).map_err(failed)?;
        alone(file.as_file())?;
        let (file, path) = file.into_parts();
        Ok(Self { file, path })
    }

    fn writer(&self) -> std::io::Result<File> {
        self.file.try_clone()
    }

    /// Gives it its name, or the next one that overwrites nothing.
    fn keep(self, folder: &Path, name: &str) -> std::io::Result<PathBuf> {
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, end)) if end.len() <= EXTENSION_BYTES_MAX => (stem, format!(".{end}")),
            _ => (name, String::new()),
        };
        let mut partial = self.path;
        let mut path = folder.join(name);
        for number in 2.. {
            match partial.persist_noclobber(&path) {
                Ok(()) => break,
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => partial = error.path,
                Err(error) => return Err(error.error),
            }
            let end = format!(" ({number}){extension}");
            let room = DOCUMENT_NAME_BYTES_MAX.saturating_sub(end.len());
            path = folder.join(format!("{}{end}", &stem[..stem.floor_char_boundary(room)]));
        }
        Ok(path)
    }
}

/// Nobody else is at this file, from now until it is closed. Where the folder is of a kind that knows no
/// locks, such as some network shares, that is not found out.
fn alone(file: &File) -> Result<(), Failure> {
    match file.try_lock() {
        Err(busy @ TryLockError::WouldBlock) => Err(Failure::local("save-busy", busy)),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
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
    let message = read.header.core.id;
    for (number, part) in (0..).zip(read.header.documents()) {
        let path = folder.join(format!("document-{}.age", number + 1));
        let mut copy = private_options().truncate(true).open(&path).map_err(failed)?;
        let sealed = Sealed { message, number, part, name: &format!("{}", number + 1) };
        let copied = fetch(session, &sealed, show, move |sealed| {
            let mut sealed = Hashed::new(sealed);
            std::io::copy(&mut sealed, &mut copy)?;
            copy.sync_all().map(|()| sealed.digest.finish())
        });
        let copied = match copied.await {
            Ok((Ok(digest), fetched)) => {
                fetched.discard();
                if digest == part.digest { Ok(()) } else { Err(InvalidMessage::Part.into()) }
            }
            Ok((Err(error), _)) => Err(failed(error)),
            Err(failure) => Err(failure),
        };
        if copied.is_err() {
            let _ = std::fs::remove_file(&path);
        }
        copied?;
        written.push(path);
    }
    Ok(written)
}

/// A ciphertext in the inbox: all of it, unless whoever used it failed before. It stays there for another
/// try unless it is discarded.
struct Fetched {
    path: PathBuf,
    _alone: File,
}

impl Fetched {
    fn discard(self) {
        let _ = std::fs::remove_file(self.path);
    }
}

/// Fetches a ciphertext into the inbox, going on where it stopped, and lets it be used meanwhile.
///
/// # Errors
/// [`Failure`] if it did not come whole; then a later try goes on from what came, and what was made of
/// it until then must be discarded.
async fn fetch<T, E>(
    session: &mut Session,
    sealed: &Sealed<'_>,
    show: &Show,
    used: impl FnOnce(Growing) -> Result<T, E> + Send + 'static,
) -> Result<(Result<T, E>, Fetched), Failure>
where
    T: Send + 'static,
    E: Send + 'static,
{
    let failed = |error| io("inbox", &error);
    let path = session.home.dir().join("inbox").join(format!("{}-{}", sealed.message, sealed.number));
    let mut file = private_options().append(true).open(&path).map_err(failed)?;
    alone(&file)?;
    if file.metadata().map_err(failed)?.len() > sealed.part.bytes {
        file.set_len(0).map_err(failed)?;
    }
    let (written, growing) = growing(&path).map_err(failed)?;
    let used = tokio::task::spawn_blocking(move || used(growing));
    let fetched = fetch_whole(session, sealed, &mut file, written, show).await;
    let used = used.await.map_err(|error| Failure::local("local-io", error))?;
    fetched?;
    Ok((used, Fetched { path, _alone: file }))
}

async fn fetch_whole(
    session: &mut Session,
    sealed: &Sealed<'_>,
    file: &mut File,
    written: Written,
    show: &Show,
) -> Result<(), Failure> {
    let bar = show.progress(sealed.part.bytes, "open-fetching", sealed.name);
    let mut losses = 0;
    loop {
        match fetch_once(session, sealed, file, &written, &bar).await {
            Err(Failure::Unreached) if losses < RETRIES_MAX => {
                losses += 1;
                session.disconnect();
                tokio::time::sleep(std::time::Duration::from_secs(losses.into())).await;
            }
            outcome => {
                bar.finish_and_clear();
                return outcome;
            }
        }
    }
}

async fn fetch_once(
    session: &mut Session,
    sealed: &Sealed<'_>,
    file: &mut File,
    written: &Written,
    bar: &indicatif::ProgressBar,
) -> Result<(), Failure> {
    let failed = |error| io("inbox", &error);
    let from = file.metadata().map_err(failed)?.len();
    bar.set_position(from);
    let mut left = sealed.part.bytes.saturating_sub(from);
    if left == 0 {
        return Ok(());
    }
    let ask = Ask::Fetch { message: sealed.message, part: sealed.number, from };
    let mut conversation = session.begin(ask).await?;
    let Answer::Part { bytes } = conversation.answer().await? else { return Err(Unverified::Answer.into()) };
    if bytes != left {
        return Err(Unverified::Answer.into());
    }
    let mut chunk = vec![0; CHUNK_BYTES];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        let read = conversation.bytes(&mut chunk[..wanted]).await?;
        file.write_all(&chunk[..read]).map_err(failed)?;
        written.add(read as u64);
        // Whoever used it has failed, and says why.
        if written.is_in_vain() {
            return Ok(());
        }
        left -= read as u64;
        bar.inc(read as u64);
    }
    Ok(())
}

/// A stream that is hashed while it passes.
struct Hashed<S> {
    inner: S,
    digest: Sha256,
}

impl<S> Hashed<S> {
    fn new(inner: S) -> Self {
        Self { inner, digest: Sha256::default() }
    }
}

impl<S: Read> Read for Hashed<S> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.update(&buffer[..read]);
        Ok(read)
    }
}

impl<S: Write> Write for Hashed<S> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(folder: &Path, name: &str, text: &str) -> String {
        let partial = Partial::begin(folder, ".partial").unwrap();
        partial.writer().unwrap().write_all(text.as_bytes()).unwrap();
        let path = partial.keep(folder, name).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        path.file_name().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn a_saved_document_takes_nobody_s_name() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(saved(folder.path(), "bilan.pdf", "one"), "bilan.pdf");
        assert_eq!(saved(folder.path(), "bilan.pdf", "two"), "bilan (2).pdf");
        assert_eq!(std::fs::read_to_string(folder.path().join("bilan.pdf")).unwrap(), "one");
        let longest = format!("a.{}", "b".repeat(DOCUMENT_NAME_BYTES_MAX - 2));
        assert_eq!(saved(folder.path(), &longest, "three"), longest);
        assert_eq!(saved(folder.path(), &longest, "four").len(), DOCUMENT_NAME_BYTES_MAX);
    }

    #[test]
    fn one_command_at_a_time_saves_a_document() {
        let folder = tempfile::tempdir().unwrap();
        let first = Partial::begin(folder.path(), ".partial").unwrap();
        let second = Partial::begin(folder.path(), ".partial").map(drop).unwrap_err();
        assert_eq!(second.message_id(), "save-busy");
        drop(first);
        assert!(!folder.path().join(".partial").exists());
        // What a killed process left is in nobody's way.
        std::fs::write(folder.path().join(".partial"), "left behind").unwrap();
        assert_eq!(saved(folder.path(), "a", "whole"), "a");
    }
}
