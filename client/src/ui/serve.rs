//! The page is served: its port, the browser that opens it, and the rules for every request and every answer.
//!
//! Everything stays on 127.0.0.1, on a port that the system chooses. It ends with Ctrl-C, as a command does.

use super::arrival::Arrival;
use super::desk::Desk;
use super::dropped::Dropped;
use super::entry::Entry;
use super::loopback::{Loopback, Turned};
use super::notices::Notices;
use super::visits::Visits;
use super::{House, neighbour, pages};
use crate::enrolment;
use crate::failure::Failure;
use crate::home::create_private;
use crate::show::Show;
use crate::words::Words;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use maud::html;
use pli_server::Clock;
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// Connections at a time: a browser keeps six.
const CONNECTIONS_MAX: usize = 64;

/// The head of a request: browsers send two kilobytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// How long a browser takes to say what it asks, in seconds.
const HEAD_SECONDS_MAX: u64 = 10;

/// How long a form may stand still on its way, in seconds.
const STILL_SECONDS_MAX: u64 = 20;

/// How often it is looked whether somebody is still there, in seconds.
const LOOK_SECONDS: u64 = 5;

/// Nothing but what comes from here, no script that is not a file of ours, and no page around this one.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// For every answer.
const HEADERS: [(HeaderName, &str); 8] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // With `no-referrer` a browser would name no origin in what its forms send.
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// A page that has its address, and answers nobody yet.
pub(crate) struct Served {
    listener: TcpListener,
    house: Arc<House>,
    _leaving: Leaving,
}

/// How one comes in.
pub(crate) struct WayIn {
    /// The page's address.
    pub(crate) address: String,
    /// What is typed there.
    pub(crate) code: String,
    /// What a desktop opens instead.
    pub(crate) file: PathBuf,
}

impl WayIn {
    /// Opens it in the browser; whether that was possible.
    pub(crate) fn open(&self) -> bool {
        open::that_detached(&self.file).is_ok()
    }
}

/// Serves the page of a home, or of a folder that is to become one, until it is interrupted; opens it in the browser
/// where `opens`.
///
/// # Errors
/// [`Failure`] if the port or the files cannot be had.
pub(crate) async fn serve(home: &Path, clock: Clock, opens: bool, show: &Show) -> Result<(), Failure> {
    let served = Served::begun(home, clock, Arc::clone(&show.words)).await?;
    announce(&served.way_in()?, opens, show);
    served.answer().await;
    Ok(())
}

impl Served {
    /// The page of a home, on a port of its own.
    ///
    /// # Errors
    /// [`Failure`] if the port or the files cannot be had.
    pub(crate) async fn begun(home: &Path, clock: Clock, words: Arc<Words>) -> Result<Self, Failure> {
        let failed = |error| Failure::local("local-io", error);
        // A folder that is nobody's home yet becomes one by an invitation, if nothing of somebody else's is in it.
        enrolment::is_empty(home)?;
        create_private(home)?;
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.map_err(failed)?;
        let house = house(home, listener.local_addr().map_err(failed)?.port(), clock, words)?;
        Ok(Self { listener, _leaving: Leaving(Arc::clone(&house)), house })
    }

    /// How one comes in, from now on for a short while.
    ///
    /// # Errors
    /// [`Failure`] if the file of it cannot be written.
    pub(crate) fn way_in(&self) -> Result<WayIn, Failure> {
        let entry = self.house.entry.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (address, code) = (self.house.loopback.origin().to_owned(), entry.code().unwrap_or_default());
        let file = entry.write(self.house.desk.home(), &address, &self.house.words)?;
        Ok(WayIn { address, code, file })
    }

    /// Answers, until it is dropped.
    pub(crate) async fn answer(self) {
        let looking = Arc::clone(&self.house);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(LOOK_SECONDS)).await;
                if looking.desk.is_over() {
                    looking.lock().await;
                }
            }
        });
        tokio::spawn(Notices::follow(Arc::clone(&self.house)));
        let (router, places) = (router(Arc::clone(&self.house)), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let stream = match self.listener.accept().await {
                Ok((stream, theirs))
                    if stream.local_addr().is_ok_and(|ours| neighbour::is_ours(theirs, ours)) =>
                {
                    stream
                }
                Ok(_) => {
                    tracing::warn!("another user of this machine was turned away");
                    continue;
                }
                Err(error) => {
                    tracing::warn!(%error, "a browser was not accepted");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            let router = router.clone();
            tokio::spawn(async move {
                answer(stream, router).await;
                drop(place);
            });
        }
    }
}

/// However it ends, nothing stays of what was dropped, nor of the way in.
struct Leaving(Arc<House>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.dropped.clear();
        Entry::remove(self.0.desk.home());
    }
}

fn house(home: &Path, port: u16, clock: Clock, words: Arc<Words>) -> Result<Arc<House>, Failure> {
    let (now, words) = (clock.now(), Arc::new(Words::on_page(words.language())));
    Ok(Arc::new(House {
        loopback: Loopback::on(port),
        visits: Visits::new(),
        entry: Mutex::new(Entry::new(now)),
        desk: Desk::new(home, clock, Arc::clone(&words)),
        dropped: Dropped::begun(home)?,
        arrival: Arrival::default(),
        notices: Notices::default(),
        words,
    }))
}

/// Opens the browser, and says what to type where that does not happen.
fn announce(way_in: &WayIn, opens: bool, show: &Show) {
    let WayIn { address, code, file } = way_in;
    let is_opened = opens && way_in.open();
    let object = json!({"address": address, "code": code, "file": file, "opened": is_opened});
    show.result(&object, |words| {
        let id = if is_opened { "ui-opened" } else { "ui-not-opened" };
        vec![words.say(id, &[("address", address.clone().into()), ("code", code.clone().into())])]
    });
}

/// Every page, behind the rules.
fn router(house: Arc<House>) -> Router {
    let patient = RequestBodyTimeoutLayer::new(Duration::from_secs(STILL_SECONDS_MAX));
    pages::router().layer(patient).layer(from_fn_with_state(Arc::clone(&house), guard)).with_state(house)
}

async fn answer(stream: TcpStream, router: Router) {
    let visit = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS_MAX))
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // However it ends, a browser that left comes back.
    let _ = visit.await;
}

/// What a page could not make out was answered before it could say so: said here, and what to do.
fn understood(house: &House, answer: Response) -> Response {
    let status = answer.status();
    let is_page =
        answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page || !status.is_client_error() {
        return answer;
    }
    let id = if status == StatusCode::PAYLOAD_TOO_LARGE { "page-turned-large" } else { "page-turned-form" };
    let main = html! { p { (house.say(id, &[])) } p { a href="/" { (house.say("page-back", &[])) } } };
    house.outside("page-turned", status, main)
}

/// What holds for every request, before it is routed, and for every answer.
async fn guard(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let is_entry = request.uri().path() == pages::door::ENTRY && request.method() == axum::http::Method::POST;
    let admitted = house.loopback.admits(request.method(), request.uri(), request.headers(), is_entry);
    let mut answer = match admitted {
        Ok(()) => understood(&house, next.run(request).await),
        Err(turned) => {
            tracing::warn!(?turned, "a request was turned away");
            let id = match turned {
                Turned::Host => "page-turned-host",
                Turned::Proxied => "page-turned-proxied",
                Turned::Origin => "page-turned-origin",
            };
            let address = house.loopback.origin().to_owned();
            let main = html! { p { (house.say(id, &[("address", address.into())])) } };
            house.outside("page-turned", StatusCode::FORBIDDEN, main)
        }
    };
    for (name, value) in HEADERS {
        answer.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}
