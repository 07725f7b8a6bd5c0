//! The documents of a message: sealed to the outbox in one reading each and uploaded meanwhile, or
//! later from where the last try stopped.

use crate::failure::{Failure, Unverified};
use crate::growing::{Growing, Written, growing};
use crate::home::{io, private_options};
use crate::inbox::Ciphertext;
use crate::link::Conversation;
use crate::screening;
use crate::session::Session;
use crate::show::Show;
use indicatif::ProgressBar;
use shared::crypto::Sha256;
use shared::ids::{Digest, MessageId};
use shared::message::{Document, DocumentDraft, InvalidMessage, Part, PartKind, SealedDocument};
use shared::seal::{MessageIdentity, PartSealer};
use shared::wire::{Answer, Ask};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use tokio::task::JoinSet;

/// What is read or sent at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// Where a document goes: the message, the place in it, and the file of the outbox.
#[derive(Clone, Copy)]
pub(super) struct Slot<'a> {
    pub(super) message: MessageId,
    pub(super) number: u16,
    pub(super) sealed: &'a Path,
}

/// Where a document comes from.
#[derive(Clone)]
pub enum Source {
    /// A file of the member's.
    File(PathBuf),
    /// Another letter, which is said again.
    Letter(Ciphertext),
}

impl Source {
    fn open(&self) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::File(file) => Box::new(File::open(file)?),
            Self::Letter(kept) => Box::new(kept.open()?),
        })
    }

    /// SHA-256 of what is there now, in clear.
    pub(super) fn digest(&self) -> Result<Digest, Failure> {
        match self {
            Self::File(file) => screening::digest(file),
            Self::Letter(kept) => Ok(kept.document().sha256),
        }
    }

    /// What is read there is what it was.
    fn fits(&self, document: &Document) -> bool {
        match self {
            Self::File(_) => true,
            Self::Letter(kept) => kept.document() == document,
        }
    }
}

/// Bytes on their way to the relay. Whoever drops this stops them.
pub(super) struct Upload(JoinSet<Result<(), Failure>>);

/// Seals one document, reading it once, while what is sealed is uploaded already.
///
/// The upload may outlast the sealing, or fail, which is no failure here: the delivery meets what is
/// wrong again, and says so.
pub(super) async fn seal_and_upload(
    session: &mut Session,
    identity: &MessageIdentity,
    source: &Source,
    draft: &DocumentDraft,
    slot: Slot<'_>,
    show: &Show,
) -> Result<(SealedDocument, Upload), Failure> {
    let failed = |error| io("outbox", &error);
    let document = source.open().map_err(|error| unreadable(error.to_string()))?;
    let output = private_options().truncate(true).open(slot.sealed).map_err(failed)?;
    let (written, sealed) = growing(slot.sealed).map_err(failed)?;
    let output = Output { file: output, digest: Sha256::default(), written };
    let sealer = identity.part_sealer(output).map_err(failed)?;
    let bytes = sealed.written() + PartSealer::<Output>::payload_bytes(draft.bytes);
    let draft = draft.clone();
    let sealing = tokio::task::spawn_blocking(move || seal(sealer, document, draft));
    let upload = Upload::begin(session, slot, bytes, sealed, show).await.unwrap_or_else(|failure| {
        tracing::info!(%failure, "a document will be uploaded once all is sealed");
        Upload(JoinSet::new())
    });
    let sealed = sealing.await.map_err(|error| Failure::local("local-io", error))??;
    if !source.fits(&sealed.document) {
        return Err(InvalidMessage::Part.into());
    }
    Ok((sealed, upload))
}

/// Uploads what the relay does not have of a sealed document yet.
pub(super) async fn upload(
    session: &mut Session,
    slot: Slot<'_>,
    bytes: u64,
    show: &Show,
) -> Result<(), Failure> {
    let (_, sealed) = growing(slot.sealed).map_err(|error| io("outbox", &error))?;
    Upload::begin(session, slot, bytes, sealed, show).await?.end().await
}

impl Upload {
    async fn begin(
        session: &mut Session,
        slot: Slot<'_>,
        bytes: u64,
        mut sealed: Growing,
        show: &Show,
    ) -> Result<Self, Failure> {
        let Slot { message, number: part, .. } = slot;
        let answered = session.ask(Ask::UploadState { message, part }, &[]).await?;
        let Answer::Upload { received: from } = answered.answer else {
            return Err(Unverified::Answer.into());
        };
        let mut task = JoinSet::new();
        if from < bytes {
            sealed.seek(from).map_err(|error| io("outbox", &error))?;
            let conversation = session.begin(Ask::Upload { message, part, bytes, from }).await?;
            let bar = show.progress(bytes, "send-uploading", &format!("{}", part + 1));
            bar.set_position(from);
            task.spawn(send(conversation, sealed, from, bytes, bar));
        }
        Ok(Self(task))
    }

    /// Waits until the relay has the whole of it, durably.
    pub(super) async fn end(mut self) -> Result<(), Failure> {
        match self.0.join_next().await {
            Some(ended) => ended.map_err(|error| Failure::local("local-io", error))?,
            None => Ok(()),
        }
    }
}

async fn send(
    mut conversation: Conversation,
    mut sealed: Growing,
    from: u64,
    bytes: u64,
    bar: ProgressBar,
) -> Result<(), Failure> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut left = bytes - from;
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        let read = sealed.next(&mut chunk[..wanted]).await.map_err(|error| io("outbox", &error))?;
        if read == 0 {
            return Err(Failure::local("local-io", "a document was not sealed to its end"));
        }
        // A relay that refuses stops reading; its answer says why.
        if conversation.send(&chunk[..read]).await.is_err() {
            break;
        }
        left -= read as u64;
        bar.inc(read as u64);
    }
    let answer = conversation.answer().await?;
    bar.finish_and_clear();
    if answer == (Answer::Upload { received: bytes }) { Ok(()) } else { Err(Unverified::Answer.into()) }
}

/// Both digests are taken on the way.
fn seal(
    mut sealer: PartSealer<Output>,
    mut document: impl Read,
    draft: DocumentDraft,
) -> Result<SealedDocument, Failure> {
    let failed = |error| io("outbox", &error);
    let mut plaintext = Sha256::default();
    let mut bytes = 0;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = document.read(&mut chunk).map_err(|error| unreadable(error.to_string()))?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        if bytes > draft.bytes {
            break;
        }
        plaintext.update(&chunk[..read]);
        sealer.write_all(&chunk[..read]).map_err(failed)?;
    }
    if bytes != draft.bytes {
        return Err(unreadable("its length changed meanwhile".to_owned()));
    }
    let (output, sizes) = sealer.finish().map_err(failed)?;
    output.file.sync_all().map_err(failed)?;
    Ok(SealedDocument {
        part: Part {
            kind: PartKind::Document,
            bytes: sizes.ciphertext_bytes,
            digest: output.digest.finish(),
        },
        document: Document { name: draft.name, bytes, sha256: plaintext.finish() },
    })
}

fn unreadable(why: String) -> Failure {
    Failure::usage("send-document", format!("a document cannot be read: {why}"))
}

/// A file that is hashed while it is written, and read meanwhile.
struct Output {
    file: File,
    digest: Sha256,
    written: Written,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.written.add(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::screening::Contents;

    fn sealed(bytes_there: usize, bytes_told: u64) -> Result<SealedDocument, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let (document, sealed) = (folder.path().join("document"), folder.path().join("0"));
        std::fs::write(&document, vec![7; bytes_there]).unwrap();
        let output = private_options().open(&sealed).unwrap();
        let (written, growing) = growing(&sealed).unwrap();
        let output = Output { file: output, digest: Sha256::default(), written };
        let sealer = MessageIdentity::generate().part_sealer(output).unwrap();
        let expected = growing.written() + PartSealer::<Output>::payload_bytes(bytes_told);
        let draft = DocumentDraft {
            name: "document".to_owned(),
            bytes: bytes_told,
            contents: Contents::default(),
            read: None,
        };
        let sealed = seal(sealer, File::open(document).unwrap(), draft)?;
        assert_eq!(sealed.part.bytes, expected, "what was announced before it was sealed");
        assert_eq!(growing.written(), expected);
        Ok(sealed)
    }

    #[test]
    fn a_document_is_as_long_as_was_told() {
        for bytes in [0, 1, 65_535, 65_536, 65_537, 1_000_000] {
            assert_eq!(sealed(bytes, bytes as u64).unwrap().document.bytes, bytes as u64);
            assert_eq!(sealed(bytes + 1, bytes as u64).unwrap_err().message_id(), "send-document");
        }
        assert_eq!(sealed(65_536, 65_537).unwrap_err().message_id(), "send-document");
    }
}
