//! The feed's tables: changes that wait, how far each product is, and dead letters. A change that was accepted is a row here until the
//! transaction that writes all that follows from it.

mod dead;
mod outcome;
mod queue;
mod state;

use super::rows::Value;
use vitrine_engine::TenantId;

pub use dead::{DeadLetter, Encoding};
pub use outcome::Outcome;
pub use queue::{ClaimedChange, Return};
pub use state::{FedProduct, FeedState};

/// What a product of the feed is found by: revisions count within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductKey {
    /// Whose rules judge it; empty = the house's.
    pub marketplace: String,
    /// Where; empty = not named.
    pub region: String,
    /// The product.
    pub product_id: String,
}

impl ProductKey {
    /// Its columns, the tenant first.
    fn columns<'a>(&'a self, tenant: &'a TenantId) -> Vec<Value<'a>> {
        vec![tenant.as_str().into(), self.marketplace.as_str().into(), self.region.as_str().into(), self.product_id.as_str().into()]
    }
}

/// A change that is to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingChange {
    /// Of which product.
    pub key: ProductKey,
    /// Which of its changes.
    pub revision: i64,
    /// The change as it was sent, as JSON.
    pub document: String,
}
