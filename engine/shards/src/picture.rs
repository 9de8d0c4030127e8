//! A picture of the stock, as a plan names it.

use serde::{Deserialize, Serialize};

/// Whose picture it is, whose rules hold for it, and where its bytes are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// The product, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The picture's id in the catalogue.
    pub image_id: String,
    /// The product's category path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The region it is offered in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The marketplace it is offered on; `None` = the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<String>,
    /// A path, `file://`, `s3://` or `http(s)://`.
    pub source: String,
}

impl Picture {
    /// The part of its source that people would call the file's name.
    pub fn file_name(&self) -> &str {
        let path = self.source.split(['?', '#']).next().filter(|_| self.source.contains("://")).unwrap_or(&self.source);
        path.rsplit('/').next().unwrap_or_default()
    }

    /// Its texts, in the order of [`COLUMNS`].
    pub(crate) fn texts(&self) -> [Option<&str>; 6] {
        let [product, category, region, marketplace] =
            [&self.product_id, &self.category, &self.region, &self.marketplace].map(Option::as_deref);
        [product, Some(&self.image_id), category, region, marketplace, Some(&self.source)]
    }

    pub(crate) fn from_texts(texts: [Option<&str>; 6]) -> Self {
        let [product_id, image_id, category, region, marketplace, source] = texts.map(|text| text.map(str::to_owned));
        Self { product_id, image_id: image_id.unwrap_or_default(), category, region, marketplace, source: source.unwrap_or_default() }
    }
}

/// The columns of a picture, and whether one may be missing.
pub(crate) const COLUMNS: [(&str, bool); 6] =
    [("product_id", true), ("image_id", false), ("category", true), ("region", true), ("marketplace", true), ("source", false)];
