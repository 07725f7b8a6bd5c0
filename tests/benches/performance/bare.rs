//! The limit: quinn with the relay's own settings, an answerer that does next to nothing.
//!
//! A request is four bytes of length, four bytes for the length of the answer, one byte that says
//! whether to check, and the body.

use crate::process::until_stdin_ends;
use pli_server::store::Folder;
use pli_server::transport::{quic, tls};
use shared::crypto::{SigningKey, sha256};
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::path::Path;
use tokio::io::AsyncWriteExt as _;

/// What the check of one request costs: one signature over so many bytes.
const SIGNED_BYTES: usize = 300;

pub fn serve(folder: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
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
    until_stdin_ends();
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
        body.resize(number(0), 0);
        receive.read_exact(&mut body).await.unwrap();
        if head[8] == 1 {
            black_box(public.verify("bare", &message, &signature)).unwrap();
            black_box(sha256(&body));
        }
        send.write_all(&answers[..number(4)]).await.unwrap();
        send.flush().await.unwrap();
    }
}

pub fn request(body: &[u8], answer_bytes: usize, check: bool) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    [&length(body.len())[..], &length(answer_bytes), &[u8::from(check)], body].concat()
}
