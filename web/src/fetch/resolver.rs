//! Names to addresses that may be connected to: looked up once, checked, and handed on as they are, so that a second answer of
//! the name server can change nothing.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::mpsc;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::address::is_public;

/// Asks for the addresses of a host; the system's way, or a test's.
pub trait Lookup: Send + Sync + Clone + 'static {
    /// All addresses of a host; an address written as text is its own.
    ///
    /// # Errors
    /// When the name is not known.
    fn lookup(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        Ok((host, port).to_socket_addrs()?.collect())
    }
}

/// The host has no address that may be fetched from.
#[derive(Debug, thiserror::Error)]
#[error("the address is not public")]
pub(super) struct Forbidden;

pub(super) struct CheckedResolver<L> {
    lookup: L,
    private_addresses: Vec<SocketAddr>,
}

impl<L> CheckedResolver<L> {
    pub(super) fn new(lookup: L, private_addresses: Vec<SocketAddr>) -> Self {
        Self { lookup, private_addresses }
    }
}

impl<L> fmt::Debug for CheckedResolver<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckedResolver")
    }
}

impl<L: Lookup> Resolver for CheckedResolver<L> {
    /// One forbidden address among several refuses the host: it is misconfigured or means harm.
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().ok_or(ureq::Error::HostNotFound)?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let found = self.lookup_in_time(host, port, &timeout)?;
        if found.iter().any(|address| !is_public(address.ip()) && !self.private_addresses.contains(address)) {
            return Err(ureq::Error::Other(Box::new(Forbidden)));
        }
        let mut addresses = self.empty();
        for address in found.into_iter().take(16) {
            addresses.push(address);
        }
        if addresses.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(addresses) }
    }
}

impl<L: Lookup> CheckedResolver<L> {
    /// The system's lookup cannot be broken off: it runs on a thread of its own, and is left behind when it takes too long.
    fn lookup_in_time(&self, host: String, port: u16, timeout: &NextTimeout) -> Result<Vec<SocketAddr>, ureq::Error> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let lookup = self.lookup.clone();
        let looking = std::thread::Builder::new().name("lookup".into()).spawn(move || {
            // Nobody listens any more when it took too long.
            let _ = sender.send(lookup.lookup(&host, port));
        });
        looking.map_err(ureq::Error::Io)?;
        match receiver.recv_timeout(*timeout.after) {
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(_)) => Err(ureq::Error::HostNotFound),
            Err(_) => Err(ureq::Error::Timeout(timeout.reason)),
        }
    }
}
