//! Many worlds at once. World `i` of a scenario has a stream of random numbers of its own, so that neither the number of threads nor
//! that of worlds changes what it looks like.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// The random numbers of world `index` of the scenario of this name.
pub fn random(scenario: &str, index: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::from_seed(Sha256::digest(scenario).into());
    random.set_stream(index);
    random
}

/// What `one` says of worlds 0 to `count`, in their order, worked out on so many `threads` (at least 1).
pub fn worlds<T: Send>(scenario: &str, count: u64, threads: usize, one: impl Fn(&mut ChaCha8Rng) -> T + Sync) -> Vec<T> {
    let share = count.div_ceil(threads.max(1) as u64).max(1);
    let part = |from: u64| -> Vec<T> { (from..count.min(from + share)).map(|index| one(&mut random(scenario, index))).collect() };
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..count).step_by(share as usize).map(|from| scope.spawn(move || part(from))).collect();
        let finished = started.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        finished.flatten().collect()
    })
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::Rng;

    use super::*;

    #[test]
    fn threads_change_nothing_and_more_worlds_begin_with_the_same() {
        let drawn = |count, threads| worlds("a", count, threads, |random| random.next_u64());
        let all = drawn(10, 1);
        assert_eq!(drawn(10, 3), all);
        assert_eq!(drawn(10, 32), all);
        assert_eq!(drawn(4, 2), all[..4]);
        assert!(drawn(0, 2).is_empty());
        assert_ne!(worlds("b", 10, 1, |random| random.next_u64()), all);
    }
}
