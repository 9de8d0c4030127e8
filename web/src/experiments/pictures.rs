//! The pictures behind an experiment's numbers: products whose main picture differs between its variants.

use base64::Engine as _;
use vitrine_experiments::document::{Changed, Pair, Side};

use super::{ExperimentDocument, of_variant};
use crate::app::App;
use crate::error::ApiError;
use crate::store::Named;
use crate::tally::Example;

/// Pairs of a treatment with their pictures.
const PAIRS_MAX: usize = 6;

impl App {
    /// What each treatment changes for shoppers' eyes, with small pictures.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn changed_pictures(&self, named: &Named<ExperimentDocument>) -> Result<Vec<Changed>, ApiError> {
        let Some((control, treatments)) = named.document.design.variants.split_first() else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for variant in treatments {
            let tally = self.tally(&of_variant(&named.id, &variant.name)).await?;
            let mut pairs = Vec::new();
            for example in tally.examples.iter().take(PAIRS_MAX) {
                pairs.push(self.pair(example).await?);
            }
            all.push(Changed {
                control: control.name.clone(),
                treatment: variant.name.clone(),
                products: tally.products,
                main_changed: tally.main_changed,
                newly_empty: tally.newly_empty,
                pairs,
            });
        }
        Ok(all)
    }

    async fn pair(&self, example: &Example) -> Result<Pair, ApiError> {
        let mut sides = Vec::with_capacity(2);
        for (id, hash) in [(&example.old_main, example.old_hash), (&example.new_main, example.new_hash)] {
            let kept = match hash {
                Some(hash) => self.store.thumbnail(&self.config.tenant, hash).await?,
                None => None,
            };
            let jpeg = kept.and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
            sides.push(Side { picture: id.as_ref().map(ToString::to_string).unwrap_or_default(), jpeg });
        }
        let (after, before) = (sides.pop(), sides.pop());
        let none = || Side { picture: String::new(), jpeg: None };
        Ok(Pair { product: example.product.clone(), before: before.unwrap_or_else(none), after: after.unwrap_or_else(none) })
    }
}
