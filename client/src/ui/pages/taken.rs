//! Files that a command wrote for its reader to take: documents of a letter, a report. They are downloaded, and never
//! shown here: what a document holds is not this page's word.
//!
//! They wait in the home until the lock or the next start; what was downloaded is the reader's to keep or to delete.

use crate::show::size;
use crate::ui::pages::door;
use crate::ui::{House, Member};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hyper::body::Frame;
use maud::{Markup, html};
use std::fmt::Write as _;
use std::io::Read as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// What is read of a file at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// So many of them wait for a browser that is slow.
const PIECES_MAX: usize = 4;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/recus/{folder}/{number}", get(taken))
}

/// Links to everything in a folder of [`Dropped`](crate::ui::dropped::Dropped).
pub(super) fn list(house: &House, folder: &str) -> Markup {
    let files = house.dropped.files(folder);
    html! {
        ul.documents {
            @for (number, path) in files.iter().enumerate() {
                @let bytes = path.metadata().map_or(0, |found| found.len());
                li { a href={ "/recus/" (folder) "/" (number) } download { (name(path)) } " " small { (size(bytes, &house.words)) } }
            }
        }
        p.small { (house.say("page-taken-limit", &[])) }
    }
}

async fn taken(
    member: Member,
    State(house): State<Arc<House>>,
    Path((folder, number)): Path<(String, usize)>,
) -> Response {
    let Some(path) = house.dropped.files(&folder).into_iter().nth(number) else {
        return door::nothing(member, State(house)).await;
    };
    let opened = tokio::fs::File::open(&path).await;
    let Ok((file, bytes)) = sized(opened).await else { return door::nothing(member, State(house)).await };
    let headers = [
        // Whatever it is: a browser that showed it would run what it holds as this page.
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_DISPOSITION, attachment(&name(&path))),
        // And one that shows it nevertheless gives it nothing of this page's.
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()),
        (CONTENT_LENGTH, bytes.to_string()),
    ];
    (headers, Body::new(Pieces::of(file))).into_response()
}

async fn sized(opened: std::io::Result<tokio::fs::File>) -> std::io::Result<(std::fs::File, u64)> {
    let file = opened?.into_std().await;
    let bytes = file.metadata()?.len();
    Ok((file, bytes))
}

fn name(path: &std::path::Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// `Content-Disposition` by RFC 6266: a name for everybody, and the name as it is, percent-encoded by RFC 8187.
fn attachment(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " -_.()".contains(letter);
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            true => encoded.push(char::from(byte)),
            // Writing to a string does not fail.
            false => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// A file, piece by piece, as fast as the browser takes it.
struct Pieces(mpsc::Receiver<std::io::Result<Bytes>>);

impl Pieces {
    fn of(mut file: std::fs::File) -> Self {
        let (sender, receiver) = mpsc::channel(PIECES_MAX);
        tokio::task::spawn_blocking(move || {
            loop {
                let mut piece = vec![0; PIECE_BYTES];
                let read = file.read(&mut piece).map(|count| {
                    piece.truncate(count);
                    Bytes::from(piece)
                });
                let is_last = read.as_ref().map_or(true, |piece| piece.is_empty());
                let is_empty = read.as_ref().is_ok_and(|piece| piece.is_empty());
                // Whoever went away takes nothing more.
                if is_empty || sender.blocking_send(read).is_err() || is_last {
                    return;
                }
            }
        });
        Self(receiver)
    }
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, plain: &str, encoded: &str) {
        let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
        assert_eq!(attachment(name), expected, "{name}");
    }

    #[test]
    fn a_name_says_nothing_but_a_name() {
        check("note.pdf", "note.pdf", "note.pdf");
        check("été 2026.txt", "_t_ 2026.txt", "%C3%A9t%C3%A9%202026.txt");
        check("a\"; filename=\"b.html", "a__ filename__b.html", "a%22%3B%20filename%3D%22b.html");
        check("a\r\nSet-Cookie: x", "a__Set-Cookie_ x", "a%0D%0ASet-Cookie%3A%20x");
        check("plan'%41.svg", "plan__41.svg", "plan%27%2541.svg");
        check("bilan\u{202e}fdp.exe", "bilan_fdp.exe", "bilan%E2%80%AEfdp.exe");
    }
}
