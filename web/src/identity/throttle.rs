//! Wrong passwords slow those down who guess: by name and address together, by name, and by address. Memory is bounded: under a flood
//! the oldest counts are forgotten.

use std::net::IpAddr;
use std::time::Duration;

use moka::ops::compute::Op;
use moka::sync::Cache;

/// How long a count lasts after the last attempt that was counted.
pub const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Attempts on one name from one address.
const OF_BOTH: u32 = 5;
/// Attempts on one name from anywhere: more, so that a stranger cannot easily lock somebody out.
const OF_NAME: u32 = 50;
/// Attempts from one address on any name: a whole office may sit behind it.
const OF_ADDRESS: u32 = 100;
/// Counts kept.
const KEPT: u64 = 20_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Both(String, IpAddr),
    Name(String),
    Address(IpAddr),
}

/// The counts.
pub struct Throttle {
    counts: Cache<Key, u32>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self::lasting(WINDOW)
    }
}

impl Throttle {
    fn lasting(window: Duration) -> Self {
        Self { counts: Cache::builder().max_capacity(KEPT).time_to_live(window).build() }
    }

    /// Counts an attempt before it is made, so that many at once are counted too; `false` when there were enough.
    pub fn admits(&self, name: &str, address: IpAddr) -> bool {
        let keys =
            [(Key::Both(name.to_owned(), address), OF_BOTH), (Key::Name(name.to_owned()), OF_NAME), (Key::Address(address), OF_ADDRESS)];
        keys.into_iter().all(|(key, most)| self.count(key, most))
    }

    /// The attempt was right: it and the wrong ones before it are forgotten.
    pub fn succeeded(&self, name: &str, address: IpAddr) {
        self.counts.invalidate(&Key::Both(name.to_owned(), address));
        self.counts.invalidate(&Key::Name(name.to_owned()));
        let less = |entry: Option<moka::Entry<Key, u32>>| entry.map_or(Op::Nop, |entry| Op::Put(entry.value().saturating_sub(1)));
        self.counts.entry(Key::Address(address)).and_compute_with(less);
    }

    fn count(&self, key: Key, most: u32) -> bool {
        let mut admitted = true;
        self.counts.entry(key).and_compute_with(|entry| {
            let count = entry.map_or(0, |entry| *entry.value());
            admitted = count < most;
            // A refused attempt does not prolong the wait.
            if admitted { Op::Put(count + 1) } else { Op::Nop }
        });
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

    #[test]
    fn guessing_a_name_ends_after_a_few_and_others_are_unharmed() {
        let throttle = Throttle::default();
        assert_eq!((0..20).filter(|_| throttle.admits("ann", HERE)).count(), OF_BOTH as usize);
        assert!(throttle.admits("bob", HERE) && throttle.admits("ann", THERE));
        throttle.succeeded("ann", HERE);
        assert!(throttle.admits("ann", HERE));
    }

    #[test]
    fn an_address_that_tries_many_names_is_stopped_and_time_heals() {
        let throttle = Throttle::lasting(Duration::from_millis(200));
        let admitted = (0..500).filter(|n| throttle.admits(&format!("name{n}"), HERE)).count();
        assert!((1..=OF_ADDRESS as usize).contains(&admitted), "{admitted}");
        assert!(throttle.admits("ann", THERE));
        std::thread::sleep(Duration::from_millis(300));
        assert!(throttle.admits("ann", HERE));
    }
}
