//! The limit: quinn with the relay's own settings, an answerer that does next to nothing.
//!
//! A request is four bytes of length, four bytes for the length of the answer, one byte that says what
//! to do with the body, and the body. A body of length zero means whatever comes until the stream ends.

use crate::relay::{runtime, until_killed};
use pli_server::store::Folder;
use pli_server::transport::{quic, tls};
use shared::crypto::{SigningKey, sha256};
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::path::Path;

/// What the check of one request costs: one signature over so many bytes.
const SIGNED_BYTES: usize = 300;

pub(crate) fn serve(folder: &Path) {
    let runtime = runtime();
    let _guard = runtime.enter();
    let folder = Folder::open(folder).unwrap();
    let (identity, ca) = pli_server::folder::tls_identity(&folder).unwrap();
    let tls = tls::relay_tls(&identity, &ca).unwrap();
    let endpoint = quic::relay_endpoint((Ipv4Addr::LOCALHOST, 0).into(), tls).unwrap();
    println!("{}", endpoint.local_addr().unwrap());
    runtime.spawn(async move {
        while let Some(incoming) = endpoint.accept().await {
            tokio::spawn(async move {
                let connection = incoming.await.unwrap();
                while let Ok((send, receive)) = connection.accept_bi().await {
                    tokio::spawn(answer(send, receive));
                }
            });
        }
    });
    until_killed();
}

/// What is done with a body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Nothing.
    Plain = 0,
    /// One signature is checked, and the body is hashed.
    Checked = 1,
}

async fn answer(mut send: quinn::SendStream, mut receive: quinn::RecvStream) {
    let key = SigningKey::generate();
    let message = vec![7; SIGNED_BYTES];
    let signature = key.sign("bare", &message);
    let public = key.public();
    let answers = vec![3; 64 * 1024];
    let mut body = Vec::new();
    loop {
        let mut head = [0; 9];
        if receive.read_exact(&mut head).await.is_err() {
            return;
        }
        let number = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().unwrap()) as usize;
        if number(0) == 0 {
            body.resize(256 * 1024, 0);
            while receive.read(&mut body).await.unwrap().is_some() {}
        } else {
            body.resize(number(0), 0);
            receive.read_exact(&mut body).await.unwrap();
        }
        if head[8] == Task::Checked as u8 {
            black_box(public.verify("bare", &message, &signature)).unwrap();
            black_box(sha256(&body));
        }
        send.write_all(&answers[..number(4)]).await.unwrap();
    }
}

/// The bytes of a request whose body follows.
pub(crate) fn head(body_bytes: usize, answer_bytes: usize, task: Task) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    [&length(body_bytes)[..], &length(answer_bytes), &[task as u8]].concat()
}

/// The folder of a bare answerer, with the certificates of a relay.
pub(crate) fn folder_like(relay: &Path, folder: &Path) {
    drop(Folder::open(folder).unwrap());
    std::fs::create_dir_all(folder.join("keys")).unwrap();
    for entry in std::fs::read_dir(relay.join("keys")).unwrap().flatten() {
        std::fs::copy(entry.path(), folder.join("keys").join(entry.file_name())).unwrap();
    }
}
