//! What the catalogue and the queue have of a product, as far as this process has written it. An answer is the same wherever the same rules
//! hold, so that knowing the answer does not tell whether they know of this marketplace, region, category or seller too.

use vitrine_engine::TenantId;

use super::{DECISION_ID, Fresh, Question, catalogue_row};
use crate::app::App;
use crate::cache::hash_of;
use crate::error::ApiError;
use crate::gather::Gathered;
use crate::queue::opened_by;
use crate::store::{Change, ProductKey};
use crate::wire::SelectRequest;

/// What a selection leaves in the catalogue and in the queue, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noted {
    /// What the product is found by: the tenant, marketplace, region and id.
    pub product: [u8; 32],
    /// What the catalogue's row says of it.
    row: [u8; 32],
    /// What the answer sends to review. An item of the queue is written once, so that it matters where it is asked about and nothing else.
    opened: [u8; 32],
}

impl Noted {
    /// What a selection with this answer's key leaves.
    pub(super) fn of(tenant: &TenantId, key: &[u8; 32], request: &SelectRequest, pictures: &[Gathered]) -> Self {
        fn text(text: &Option<String>) -> &[u8] {
            text.as_deref().unwrap_or_default().as_bytes()
        }
        let (marketplace, product) = (text(&request.marketplace), &request.product);
        let measured = pictures.iter().filter_map(|(id, picture)| Some((id, picture.as_ref().ok()?)));
        let measured = measured.flat_map(|(id, picture)| [id.as_str().as_bytes(), &picture.measured.content_hash.as_bytes()[..]]);
        Self {
            product: place_of(tenant.as_str().as_bytes(), marketplace, text(&request.region), product.id.as_str().as_bytes()),
            row: hash_of([text(&product.category), text(&product.seller), text(&product.family)].into_iter().chain(measured)),
            opened: hash_of([&key[..], marketplace]),
        }
    }
}

/// What a product is found by in the catalogue, hashed.
fn place_of(tenant: &[u8], marketplace: &[u8], region: &[u8], product: &[u8]) -> [u8; 32] {
    hash_of([tenant, marketplace, region, product])
}

impl App {
    /// Whoever selects the product from now on puts it into the catalogue again.
    pub fn forget_product(&self, key: &ProductKey) {
        let ProductKey { marketplace, region, product_id } = key;
        let tenant = self.config.tenant.as_str().as_bytes();
        self.cache.catalogue.invalidate(&place_of(tenant, marketplace.as_bytes(), region.as_bytes(), product_id.as_bytes()));
    }

    /// Remembers that all of it is written.
    pub(super) fn note(&self, noted: &Noted) {
        self.cache.catalogue.insert(noted.product, noted.row);
        self.cache.opened.insert(noted.opened, ());
    }

    fn is_noted(&self, noted: &Noted) -> (bool, bool) {
        (self.cache.catalogue.get(&noted.product) == Some(noted.row), self.cache.opened.contains_key(&noted.opened))
    }

    /// What the catalogue and the queue are not known to have of an answer that is stored; `None` where they have it all.
    pub(super) async fn unnoted(&self, question: &Question<'_>, key: &[u8; 32], body: &[u8]) -> Result<Option<Fresh>, ApiError> {
        let Question { request, kept, pictures, .. } = *question;
        let noted = Noted::of(&self.config.tenant, key, request, pictures);
        if self.is_noted(&noted) == (true, true) {
            return Ok(None);
        }
        // What is remembered last has to be what was written last.
        let turn = self.noting.turn(noted.product).await;
        let (row, opened) = self.is_noted(&noted);
        if row && opened {
            return Ok(None);
        }
        let mut changes = Vec::new();
        if !row {
            changes.push(Change::Product { tenant: self.config.tenant.clone(), row: catalogue_row(request, pictures)? });
        }
        if !opened {
            let answered = self.answered_by(question);
            let decision = String::from_utf8_lossy(body.get(DECISION_ID).unwrap_or_default());
            changes.extend(opened_by(self, request, &kept.rules, &answered.judged, &answered.answer, &decision)?);
        }
        Ok(Some(Fresh { changes, noted, made: None, _turns: vec![turn] }))
    }
}
