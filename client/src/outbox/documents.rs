//! The documents of a message: sealed to the outbox in one reading each, and uploaded from where the
//! last try stopped.

use crate::failure::{Failure, Unverified};
use crate::home::{io, private_options};
use crate::session::Session;
use crate::show::Show;
use shared::crypto::Sha256;
use shared::ids::{Digest, MessageId};
use shared::message::{Document, DocumentDraft, Part, PartKind, SealedDocument};
use shared::seal::{MessageIdentity, PartSealer};
use shared::wire::{Answer, Ask};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What is read or sent at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// Uploads what the relay does not have of a part yet.
pub(super) async fn upload(
    session: &mut Session,
    message: MessageId,
    number: u16,
    part: &Part,
    sealed: &Path,
    show: &Show,
) -> Result<(), Failure> {
    let failed = |error| io("outbox", &error);
    let answered = session.ask(Ask::UploadState { message, part: number }, &[]).await?;
    let Answer::Upload { received } = answered.answer else { return Err(Unverified::Answer.into()) };
    if received >= part.bytes {
        return Ok(());
    }
    let bar = show.progress(part.bytes, "send-uploading", &format!("{}", number + 1));
    bar.set_position(received);
    let mut file = File::open(sealed).map_err(failed)?;
    file.seek(SeekFrom::Start(received)).map_err(failed)?;
    let ask = Ask::Upload { message, part: number, bytes: part.bytes, from: received };
    let mut conversation = session.begin(ask).await?;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut chunk).map_err(failed)?;
        if read == 0 {
            break;
        }
        if conversation.send(&chunk[..read]).await.is_err() {
            break;
        }
        bar.inc(read as u64);
    }
    match conversation.answer().await? {
        Answer::Upload { received } if received == part.bytes => {
            bar.finish_and_clear();
            Ok(())
        }
        _ => Err(Unverified::Answer.into()),
    }
}

/// Seals one document, reading it once: both digests are taken on the way.
pub(super) fn seal_document(
    identity: &MessageIdentity,
    file: &Path,
    draft: &DocumentDraft,
    sealed: &Path,
    show: &Show,
) -> Result<SealedDocument, Failure> {
    let failed = |error| io("outbox", &error);
    let bar = show.progress(draft.bytes, "send-sealing", &draft.name);
    let mut document = File::open(file)
        .map_err(|error| Failure::usage("send-document", format!("a document cannot be read: {error}")))?;
    let output = private_options().truncate(true).open(sealed).map_err(failed)?;
    let mut sealer: PartSealer<Hashing> = identity.part_sealer(Hashing::new(output)).map_err(failed)?;
    let (mut plaintext, mut bytes) = (Sha256::default(), 0);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = document.read(&mut chunk).map_err(failed)?;
        if read == 0 {
            break;
        }
        plaintext.update(&chunk[..read]);
        sealer.write_all(&chunk[..read]).map_err(failed)?;
        bytes += read as u64;
        bar.inc(read as u64);
    }
    let (output, sizes) = sealer.finish().map_err(failed)?;
    let (file, digest) = output.finish();
    file.sync_all().map_err(failed)?;
    bar.finish_and_clear();
    Ok(SealedDocument {
        part: Part { kind: PartKind::Document, bytes: sizes.ciphertext_bytes, digest },
        document: Document { name: draft.name.clone(), bytes, sha256: plaintext.finish() },
    })
}

/// A file that is hashed while it is written.
struct Hashing {
    file: File,
    digest: Sha256,
}

impl Hashing {
    fn new(file: File) -> Self {
        Self { file, digest: Sha256::default() }
    }

    fn finish(self) -> (File, Digest) {
        (self.file, self.digest.finish())
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
