//! Dead letters: how they come about, how they are tried again, and how they are thrown away.

use std::sync::Arc;

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::change::{ChangeBody, Fault};
use crate::app::App;
use crate::cache::hash_of;
use crate::error::ApiError;
use crate::store::{DeadLetter, Encoding, Record, WaitingChange, now_ms};

/// Letters that are read, and replayed or discarded, at once.
const PAGE: u32 = 500;

/// What became of dead letters that were tried again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Replayed {
    /// Changes that wait to be judged once more.
    pub waiting: u64,
    /// Changes whose products have newer ones by now: they were only taken out.
    pub known: u64,
    /// Letters that are still wrong, and stay.
    pub still_dead: Vec<StillDead>,
}

/// A letter that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StillDead {
    /// The letter.
    pub id: String,
    /// Stable code.
    pub code: String,
    /// What is wrong with it.
    pub message: String,
}

/// What became of dead letters that were thrown away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Discarded {
    /// Letters that there were, and are no more.
    pub discarded: u64,
}

/// Which letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All there are.
    All,
    /// Those with these ids; unknown ones are passed over.
    Ids(Vec<String>),
}

/// A letter of what was sent, and why it is dead.
pub fn letter(sent: &[u8], product_id: &str, fault: Fault, attempts: i64) -> DeadLetter {
    let id: String = hash_of([sent]).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // A database keeps no U+0000 in a text.
    let (payload, encoding) = match std::str::from_utf8(sent) {
        Ok(text) if !text.contains('\0') => (text.to_owned(), Encoding::Text),
        _ => (base64::engine::general_purpose::STANDARD.encode(sent), Encoding::Base64),
    };
    let Fault { code, message } = fault;
    DeadLetter { id, product_id: product_id.to_owned(), code, reason: message, payload, encoding, attempts, died_ms: now_ms() }
}

impl App {
    /// Lets dead letters be judged once more, as `actor`; with its record in the audit trail.
    ///
    /// # Errors
    /// When the store fails; what was replayed before stays so.
    pub async fn replay_letters(self: &Arc<Self>, which: &Which, actor: &str) -> Result<Replayed, ApiError> {
        let (store, tenant, mut replayed) = (&self.store, &self.config.tenant, Replayed::default());
        match which {
            Which::Ids(ids) => {
                let mut letters = Vec::with_capacity(ids.len());
                for id in ids {
                    letters.extend(store.dead_letter(tenant, id).await?);
                }
                self.replay_some(&letters, actor, &mut replayed).await?;
            }
            Which::All => {
                let mut before: Option<(i64, String)> = None;
                loop {
                    let from = before.as_ref().map(|(at_ms, id)| (*at_ms, id.as_str()));
                    let letters = store.dead_letters(tenant, from, PAGE).await?;
                    let Some(last) = letters.last() else { break };
                    before = Some((last.died_ms, last.id.clone()));
                    self.replay_some(&letters, actor, &mut replayed).await?;
                }
            }
        }
        if replayed.waiting > 0 {
            self.wake_workers();
        }
        Ok(replayed)
    }

    /// Throws dead letters away, as `actor`; with its record in the audit trail.
    ///
    /// # Errors
    /// When the store fails; what was discarded before stays so.
    pub async fn discard_letters(&self, which: &Which, actor: &str) -> Result<Discarded, ApiError> {
        let mut discarded = Discarded::default();
        match which {
            Which::Ids(ids) => discarded.discarded += self.discard_some(ids, actor).await?,
            Which::All => loop {
                let letters = self.store.dead_letters(&self.config.tenant, None, PAGE).await?;
                if letters.is_empty() {
                    break;
                }
                let ids: Vec<String> = letters.into_iter().map(|letter| letter.id).collect();
                discarded.discarded += self.discard_some(&ids, actor).await?;
            },
        }
        Ok(discarded)
    }

    async fn discard_some(&self, ids: &[String], actor: &str) -> Result<u64, ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let discarded = change.discard(ids).await?;
        if !discarded.is_empty() {
            change.commit(&[record(actor, "feed.discarded", &discarded)]).await?;
        }
        Ok(discarded.len() as u64)
    }

    async fn replay_some(&self, letters: &[DeadLetter], actor: &str, replayed: &mut Replayed) -> Result<(), ApiError> {
        let mut again: Vec<(String, WaitingChange)> = Vec::with_capacity(letters.len());
        for letter in letters {
            match self.waiting_again(letter) {
                Ok(change) => again.push((letter.id.clone(), change)),
                Err(Fault { code, message }) => replayed.still_dead.push(StillDead { id: letter.id.clone(), code, message }),
            }
        }
        if again.is_empty() {
            return Ok(());
        }
        let mut change = self.store.begin(&self.config.tenant).await?;
        let waiting = change.revive(&again).await?;
        let ids: Vec<String> = again.iter().map(|(id, _)| id.clone()).collect();
        change.commit(&[record(actor, "feed.replayed", &ids)]).await?;
        replayed.waiting += waiting as u64;
        replayed.known += (again.len() - waiting) as u64;
        Ok(())
    }

    fn waiting_again(&self, letter: &DeadLetter) -> Result<WaitingChange, Fault> {
        let sent = match letter.encoding {
            Encoding::Text => letter.payload.clone().into_bytes(),
            Encoding::Base64 => {
                let decoded = base64::engine::general_purpose::STANDARD.decode(&letter.payload);
                decoded.map_err(|_| Fault::invalid("what was sent cannot be read any more"))?
            }
        };
        Ok(ChangeBody::read(&sent, &self.config)?.waiting(&sent))
    }
}

/// What the audit trail says of letters.
fn record(actor: &str, action: &'static str, letters: &[String]) -> Record {
    let detail = json!({ "letters": letters });
    Record { actor: actor.to_owned(), action: action.into(), subject: "feed".into(), reason: String::new(), detail }
}
