//! Finished answers in Redis, shared by the servers of one database. An answer stands under the hash of everything that it depends on and is put
//! there after its decision is on disk, so that nothing has to be invalidated, and without Redis the same answer is made again. What comes
//! back is taken if its seal is ours: whoever can write to Redis cannot write our answers.

use std::time::Duration;

use bytes::Bytes;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use vitrine_engine::TenantId;

use crate::config::RedisConfig;
use crate::redis::{Redis, RedisFault};
use crate::store::{Store, StoreError};

/// Longest time for looking an answer up: making one takes little longer.
const TIMEOUT: Duration = Duration::from_millis(50);
/// Bytes of the seal: guessing one takes 2^128 tries.
const SEAL_BYTES: usize = 16;
/// The key's name among the database's.
const KEY_NAME: &str = "shared-answers";

/// Answers in Redis.
pub struct SharedAnswers {
    /// A handle of its own: what may take seconds elsewhere is given up after [`TIMEOUT`] here, and one's faults do not shut out the other.
    redis: Redis,
    /// What their keys begin with: the tenant is part of it, and the program's version, since another may answer the same question otherwise.
    prefix: String,
    key: Vec<u8>,
    kept: Duration,
}

/// Why there are none.
#[derive(Debug, thiserror::Error)]
pub enum SharedAnswersError {
    /// The database, which has the key of the seals.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address.
    #[error(transparent)]
    Redis(#[from] RedisFault),
}

impl SharedAnswers {
    /// Answers that Redis keeps for so long.
    ///
    /// # Errors
    /// When the database does not give the key, or the address cannot be read. A server that is down is no error.
    pub async fn start(config: &RedisConfig, kept: Duration, store: &Store, tenant: &TenantId) -> Result<Self, SharedAnswersError> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|error| StoreError::new("a key cannot be made", error))?;
        let key = store.key(tenant, KEY_NAME, &fresh.map(|byte| format!("{byte:02x}")).concat()).await?;
        let redis = Redis::connect(&RedisConfig { timeout: config.timeout.min(TIMEOUT), ..config.clone() })?;
        let prefix = format!("{}:{}:answer:{}:", config.prefix, tenant.as_str(), env!("CARGO_PKG_VERSION"));
        Ok(Self { redis, prefix, key: key.into_bytes(), kept })
    }

    /// The answer of a key; `None` where Redis has none, has one that is not ours, or does not answer.
    pub async fn get(&self, key: &[u8; 32]) -> Option<Bytes> {
        let name = self.name(key);
        let found: Option<Vec<u8>> = self.redis.run(redis::cmd("GET").arg(&name)).await.ok()?;
        let sealed = Bytes::from(found?);
        let (seal, answer) = sealed.split_at_checked(SEAL_BYTES)?;
        self.mac(&name, answer).verify_truncated_left(seal).ok()?;
        Some(sealed.slice(SEAL_BYTES..))
    }

    /// Leaves an answer there; nobody waits for it, and where it fails it is made again.
    pub fn put(&self, key: &[u8; 32], answer: &Bytes) {
        let name = self.name(key);
        let seal = self.mac(&name, answer).finalize().into_bytes();
        let sealed = [&seal[..SEAL_BYTES], answer].concat();
        let (redis, kept) = (self.redis.clone(), self.kept.as_secs());
        tokio::spawn(async move {
            // Redis tells of its own faults, once for many.
            let _ = redis.run::<()>(redis::cmd("SET").arg(name).arg(sealed).arg("EX").arg(kept)).await;
        });
    }

    fn name(&self, key: &[u8; 32]) -> String {
        let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}{key}", self.prefix)
    }

    fn mac(&self, name: &str, answer: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "a key of any length will do, so that this cannot fail")]
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length");
        mac.chain_update(name).chain_update([0]).chain_update(answer)
    }
}
