//! Who may speak to the page at all: this machine's browser, on the page's own address, about its own pages.
//!
//! Every other page that the browser shows can send requests here, and a name on the network can be made to point here
//! (DNS rebinding). So the address is looked at in each request, and whoever changes something must come from the page
//! itself. It is judged from the head of a request alone, before anything of it is read.

use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};
use std::net::{Ipv4Addr, SocketAddr};

/// What a proxy adds: there is none between a browser and its own machine.
const PROXIED: [&str; 9] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-original-host",
    "x-real-ip",
];

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where the page is.
#[derive(Debug, Clone)]
pub(crate) struct Loopback {
    host: String,
    origin: String,
}

/// Why somebody is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    /// It was sent to another address, to none, or to two.
    Host,
    /// It comes through a proxy.
    Proxied,
    /// It comes from another page, or does not say from where.
    Origin,
}

impl Loopback {
    /// The page on this port of `127.0.0.1`.
    pub(crate) fn on(port: u16) -> Self {
        let host = SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string();
        let origin = format!("http://{host}");
        Self { host, origin }
    }

    /// Its address, as a browser shows it.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether this request is heard. `is_entry` is the one that comes from a file: the browser names no origin there,
    /// and what it carries is the proof.
    pub(crate) fn admits(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        is_entry: bool,
    ) -> Result<(), Turned> {
        if only(headers, &HOST).flatten() != Some(&self.host) {
            return Err(Turned::Host);
        }
        if uri.authority().is_some_and(|authority| authority.as_str() != self.host) {
            return Err(Turned::Host);
        }
        if PROXIED.iter().any(|name| headers.contains_key(*name)) {
            return Err(Turned::Proxied);
        }
        let (origin, site) = (only(headers, &ORIGIN), only(headers, &FETCH_SITE));
        let (Some(origin), Some(site)) = (origin, site) else { return Err(Turned::Origin) };
        if is_entry {
            // A file has the origin `null`; what begins in another page of the web has one of its own.
            return if origin.is_none_or(|origin| origin == "null") { Ok(()) } else { Err(Turned::Origin) };
        }
        let is_own = origin.is_none_or(|origin| origin == self.origin);
        let reads = matches!(*method, Method::GET | Method::HEAD);
        let is_heard = match site {
            // Typed, or from a bookmark: to look at something, not to change it.
            Some("none") => reads && is_own,
            Some("same-origin") => is_own,
            Some(_) => false,
            // A browser from before Fetch Metadata names its origin where something changes.
            None => is_own && (reads || origin.is_some()),
        };
        if is_heard { Ok(()) } else { Err(Turned::Origin) }
    }
}

/// The value of a header that stands there once at most: `None` if twice, or if it is not text.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Option<&'a str>> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Some(None),
        (Some(value), None) => value.to_str().ok().map(Some),
        (Some(_), Some(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "http://127.0.0.1:4711";

    fn check(method: Method, headers: &[(&str, &str)]) -> Result<(), Turned> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        Loopback::on(4711).admits(&method, &Uri::from_static("/"), &map, false)
    }

    #[test]
    fn only_its_own_address_once_is_its_address() {
        let get = |hosts: &[&str]| {
            let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
            check(Method::GET, &headers)
        };
        assert_eq!(get(&["127.0.0.1:4711"]), Ok(()));
        for wrong in ["localhost:4711", "127.0.0.1", "127.0.0.1:4712", "pli.example:4711", "[::1]:4711", ""] {
            assert_eq!(get(&[wrong]), Err(Turned::Host), "{wrong}");
        }
        assert_eq!(get(&[]), Err(Turned::Host));
        assert_eq!(get(&["127.0.0.1:4711", "127.0.0.1:4711"]), Err(Turned::Host));
        let absolute = Uri::from_static("http://pli.example/");
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "127.0.0.1:4711".parse().unwrap());
        let turned = Loopback::on(4711).admits(&Method::GET, &absolute, &headers, false);
        assert_eq!(turned, Err(Turned::Host));
    }

    #[test]
    fn what_changes_something_comes_from_the_page_itself() {
        let with = |method: Method, more: &[(&str, &str)]| {
            let headers: Vec<_> =
                [("host", "127.0.0.1:4711")].into_iter().chain(more.iter().copied()).collect();
            check(method, &headers)
        };
        let own = ("origin", OWN);
        for heard in
            [&[own][..], &[own, ("sec-fetch-site", "same-origin")], &[("sec-fetch-site", "same-origin")]]
        {
            assert_eq!(with(Method::POST, heard), Ok(()), "{heard:?}");
        }
        let turned: [&[(&str, &str)]; 9] = [
            &[],
            &[("origin", "null")],
            &[("origin", "http://127.0.0.1:4712")],
            &[("origin", "http://127.0.0.1")],
            &[("origin", "https://127.0.0.1:4711")],
            &[own, own],
            &[own, ("sec-fetch-site", "cross-site")],
            &[own, ("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-site")],
        ];
        for headers in turned {
            assert_eq!(with(Method::POST, headers), Err(Turned::Origin), "{headers:?}");
        }
        assert_eq!(with(Method::GET, &[]), Ok(()));
        assert_eq!(with(Method::GET, &[("sec-fetch-site", "none")]), Ok(()));
        assert_eq!(with(Method::GET, &[("sec-fetch-site", "cross-site")]), Err(Turned::Origin));
        assert_eq!(with(Method::GET, &[("origin", "http://pli.example")]), Err(Turned::Origin));
        assert_eq!(with(Method::POST, &[own, ("x-forwarded-for", "192.0.2.1")]), Err(Turned::Proxied));
    }

    #[test]
    fn who_enters_comes_from_a_file() {
        let enter = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "127.0.0.1:4711".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            Loopback::on(4711).admits(&Method::POST, &Uri::from_static("/entrer"), &headers, true)
        };
        assert_eq!(enter(Some("null")), Ok(()));
        assert_eq!(enter(None), Ok(()));
        assert_eq!(enter(Some("http://pli.example")), Err(Turned::Origin));
        assert_eq!(enter(Some(OWN)), Err(Turned::Origin));
    }
}
