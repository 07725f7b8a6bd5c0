//! The log for other people's tools, over HTTP/1.1 (C2SP tlog-tiles): checkpoint, hash tiles and entry
//! bundles, read from the relay's own log under its last checkpoint. There is no second copy.
//!
//! It only reads: a visitor has no name, makes no record and no head, and leaves no trace. Leaves are closed
//! boxes, commitments and open statements' digests; what of it the operator shows to whom is their choice,
//! so it is off unless asked for. There is no TLS here: before the world stands a web server that has it.

use crate::relay::Relay;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use shared::log::tiles::{CHECKPOINT_PATH, InvalidTile, Tile};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// Visitors at a time; who comes then waits until one of them has left. A web server before this asks for
/// everybody, and each file of them once.
pub(crate) const VISITORS_MAX: usize = 32;

/// A request is a line and some headers. The least that the library takes.
const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// Headers of a request: browsers send twenty.
const REQUEST_HEADERS_MAX: usize = 64;

/// How long a visitor takes to ask, in seconds.
const REQUEST_SECONDS_MAX: u64 = 10;

/// How long a visit lasts, in seconds, and a visit is one request: a bundle of the largest leaves is 4 MiB.
const VISIT_SECONDS_MAX: u64 = 60;

/// How long after a failure to accept it is tried again, in seconds: too many files are open.
const PAUSE_SECONDS: u64 = 1;

/// What a tile is never another of, a cache may keep.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// What changes, or is not there yet, is asked for again.
const FOR_NOW: HeaderValue = HeaderValue::from_static("no-cache");

type Answer = Response<Full<Bytes>>;

/// An address as it is typed: a bare port is one of this machine alone.
///
/// # Errors
/// A sentence that says what to type.
pub fn address(typed: &str) -> Result<SocketAddr, String> {
    let port = typed.parse().map(|port: u16| (Ipv4Addr::LOCALHOST, port).into());
    let typed = port.or_else(|_| typed.parse());
    typed.map_err(|_| "a port of this machine, such as 8080, or an address and a port".to_owned())
}

/// The next visitor, where there is a door for them.
pub(crate) async fn visitor(door: Option<&TcpListener>) -> TcpStream {
    let Some(door) = door else { return std::future::pending().await };
    loop {
        match door.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::warn!(%error, "a visitor of the log is not accepted");
                tokio::time::sleep(Duration::from_secs(PAUSE_SECONDS)).await;
            }
        }
    }
}

/// Serves a visitor.
pub(crate) async fn serve(relay: Relay, stream: TcpStream) {
    let service = service_fn(async |request| Ok::<_, Infallible>(answer(&relay, &request)));
    let visit = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(REQUEST_SECONDS_MAX))
        .max_buf_size(REQUEST_BYTES_MAX)
        .max_headers(REQUEST_HEADERS_MAX)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // However it ends, nobody is told: a visitor who left asks again.
    let _ = tokio::time::timeout(Duration::from_secs(VISIT_SECONDS_MAX), visit).await;
}

fn answer<B>(relay: &Relay, request: &Request<B>) -> Answer {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let mut answer = nothing(StatusCode::METHOD_NOT_ALLOWED);
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    match request.uri().path().strip_prefix('/') {
        Some(CHECKPOINT_PATH) => {
            let checkpoint = relay.snapshot().commit.checkpoint.clone();
            file(checkpoint.into(), HeaderValue::from_static("text/plain; charset=utf-8"), FOR_NOW)
        }
        Some(path) => {
            path.parse().map_or_else(|_| nothing(StatusCode::NOT_FOUND), |tile| of_tile(relay, tile))
        }
        None => nothing(StatusCode::NOT_FOUND),
    }
}

/// a tile under the last checkpoint, or none.
fn of_tile(relay: &Relay, tile: Tile) -> Answer {
    let tree = relay.snapshot().commit.tree;
    match relay.read(|| relay.files().tile(tree, tile)) {
        Ok(bytes) => file(bytes.into(), HeaderValue::from_static("application/octet-stream"), FOR_EVER),
        Err(InvalidTile::Absent | InvalidTile::Path) => nothing(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::error!(%error, %tile, "a tile is not what was logged: run `pli-relay check`");
            nothing(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn file(bytes: Bytes, kind: HeaderValue, keep: HeaderValue) -> Answer {
    let mut answer = Response::new(Full::new(bytes));
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer.headers_mut().insert(CACHE_CONTROL, keep);
    answer
}

fn nothing(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CACHE_CONTROL, FOR_NOW);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_port_is_of_this_machine() {
        assert_eq!(address("8080"), Ok(SocketAddr::from(([127, 0, 0, 1], 8080))));
        assert_eq!(address("192.0.2.10:80"), Ok(SocketAddr::from(([192, 0, 2, 10], 80))));
        assert_eq!(address("[::]:80").map(|typed| typed.ip().is_unspecified()), Ok(true));
        for typed in ["", ":80", "localhost:80", "192.0.2.10", "65536", "-1"] {
            assert!(address(typed).is_err(), "{typed}");
        }
    }
}
