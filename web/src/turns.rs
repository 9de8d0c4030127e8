//! One at a time for each key: who comes while another works waits, and finds what the other has made.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

/// Keys beyond which those that nobody works at are let go of.
const KEYS_MAX: usize = 1024;

/// Who works at which key.
pub struct Turns<K>(Mutex<HashMap<K, Weak<tokio::sync::Mutex<()>>>>);

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Turns<K> {
    /// Waits for one's turn, which lasts until what is given is dropped.
    pub async fn turn(&self, key: K) -> OwnedMutexGuard<()> {
        let turns = {
            let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if keys.len() >= KEYS_MAX {
                keys.retain(|_, turns| turns.strong_count() > 0);
            }
            match keys.get(&key).and_then(Weak::upgrade) {
                Some(turns) => turns,
                None => {
                    let turns = Arc::default();
                    keys.insert(key, Arc::downgrade(&turns));
                    turns
                }
            }
        };
        turns.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_key_is_worked_at_by_one_and_others_do_not_wait() {
        let turns = Arc::new(Turns::default());
        let first = turns.turn("a").await;
        let waiting = {
            let turns = Arc::clone(&turns);
            tokio::spawn(async move { turns.turn("a").await })
        };
        let _other = turns.turn("b").await;
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap();
    }

    #[tokio::test]
    async fn keys_that_nobody_works_at_are_let_go_of() {
        let turns = Turns::default();
        let held = turns.turn(0).await;
        for key in 1..3 * KEYS_MAX {
            turns.turn(key).await;
        }
        assert!(turns.0.lock().unwrap().len() <= KEYS_MAX);
        drop(held);
    }
}
