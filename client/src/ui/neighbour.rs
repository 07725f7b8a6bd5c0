//! Whether whoever connects is the same user of this machine: on a shared one, everybody reaches 127.0.0.1.
//!
//! Linux names the owner of each connection in `/proc/net/tcp`. Elsewhere nobody can be asked, and what keeps others out
//! is what nobody else knows: the entry and the cookie.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Where the system lists connections.
#[cfg(target_os = "linux")]
const LISTS: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

/// Whether the process at the other end of this connection is ours.
#[cfg(target_os = "linux")]
pub(super) fn is_ours(theirs: SocketAddr, ours: SocketAddr) -> bool {
    let own = rustix::process::getuid().as_raw();
    let found = LISTS.iter().filter_map(|list| std::fs::read_to_string(list).ok());
    found.flat_map(|list| owners(&list, theirs, ours)).any(|owner| owner == own)
}

/// Nobody can be asked here.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_ours(theirs: SocketAddr, _: SocketAddr) -> bool {
    theirs.ip().is_loopback()
}

/// The users who hold the end `theirs` of the connection to `ours`, by a list in the format of proc_pid_net(5).
fn owners(list: &str, theirs: SocketAddr, ours: SocketAddr) -> Vec<u32> {
    let of = |line: &str| {
        let mut columns = line.split_whitespace().skip(1);
        let (local, remote) = (end(columns.next()?)?, end(columns.next()?)?);
        let owner = columns.nth(4)?.parse().ok()?;
        (local == theirs && remote == ours).then_some(owner)
    };
    list.lines().skip(1).filter_map(of).collect()
}

/// `0100007F:1F90`: the address as the machine stores it, and the port. One of IPv6 is that of IPv4 within it.
fn end(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let last = match address.len() {
        8 => address,
        32 if address.starts_with("0000000000000000FFFF0000") => address.get(24..)?,
        _ => return None,
    };
    let stored = u32::from_str_radix(last, 16).ok()?;
    Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::from(stored.to_ne_bytes())), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
        0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1\n   \
        1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 112 1\n   \
        2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 113 1\n   \
        3: broken\n";

    #[test]
    #[cfg(target_endian = "little")]
    fn the_other_end_has_an_owner() {
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        assert_eq!(owners(LIST, at(50000), at(8080)), [1001]);
        assert_eq!(owners(LIST, at(50001), at(8080)), [] as [u32; 0]);
        let mapped = LIST.replace(" 0100007F", " 0000000000000000FFFF00000100007F");
        assert_eq!(owners(&mapped, at(50000), at(8080)), [1001]);
        for text in
            ["", ":", "0100007F", "é100007F:1F90", "0100007F:1F90F", "00000000000000000000000000000000:1"]
        {
            assert_eq!(end(text), None, "{text}");
        }
    }
}
