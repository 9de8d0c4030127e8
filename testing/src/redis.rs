//! Redis on a port of its own, in memory only.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::becomes_so;
use crate::process::{Home, Supervised};

/// Starts before giving up: between finding a free port and taking it, another process may take it.
const STARTS: usize = 5;

/// A running server. Dropped, it is stopped and its folder is gone.
pub struct Redis {
    server: Supervised,
    address: SocketAddr,
}

impl Redis {
    /// Starts an empty one.
    ///
    /// # Panics
    /// When Redis is not installed or does not start.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// The same with more settings, `["--maxmemory", "4mb"]`.
    ///
    /// # Panics
    /// As [`Redis::start`].
    pub fn with(settings: &[&str]) -> Self {
        (0..STARTS).find_map(|_| Self::on_a_free_port(settings)).unwrap_or_else(|| {
            panic!("Redis does not start; where it is not installed, run `tools/setup.sh servers`");
        })
    }

    fn on_a_free_port(settings: &[&str]) -> Option<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).ok()?;
        let home = Home::new("redis");
        let (port, folder) = (address.port().to_string(), home.folder.display().to_string());
        let fixed = ["--bind", "127.0.0.1", "--port", &port, "--dir", &folder, "--save", "", "--appendonly", "no", "--daemonize", "no"];
        let arguments: Vec<String> = fixed.iter().chain(settings).map(|argument| (*argument).to_owned()).collect();
        let server = home.start("KILL", Path::new("redis-server"), &arguments);
        let is_up = becomes_so(|| !server.is_running() || answers(address)) && server.is_running();
        is_up.then_some(Self { server, address })
    }

    /// Its address, as clients take it.
    pub fn url(&self) -> String {
        format!("redis://{}/", self.address)
    }

    /// Sends the server a signal by name, `STOP`, `CONT`, `KILL`.
    pub fn signal(&self, signal: &str) {
        self.server.signal(signal);
    }
}

fn answers(address: SocketAddr) -> bool {
    let mut answer = [0; 7];
    let asked = TcpStream::connect(address).and_then(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"PING\r\n")?;
        stream.read_exact(&mut answer)
    });
    asked.is_ok() && &answer == b"+PONG\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_servers_live_side_by_side_and_a_killed_one_is_gone() {
        let (one, two) = (Redis::start(), Redis::with(&["--maxmemory", "4mb"]));
        assert_ne!(one.url(), two.url());
        assert!(answers(one.address) && answers(two.address));
        one.signal("KILL");
        assert!(becomes_so(|| !answers(one.address)));
        assert!(answers(two.address));
    }
}
