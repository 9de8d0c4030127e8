//! `GET /v1/catalogue`: products to choose pictures from, as they were last judged.

use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vitrine_engine::ContentHash;
use vitrine_rules::CategoryPath;

use super::{Shared, query, timed};
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::{Power, person};
use crate::store::{CatalogueFilter, CatalogueRow};

/// Products of one answer.
const PAGE: u32 = 60;
/// Between the parts of a place in the catalogue.
const APART: char = '\u{1f}';

/// Which products.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct CatalogueParams {
    /// Part of the product's id; capitals do not count.
    #[param(example = "sku-47")]
    product: String,
    /// This category and all below it.
    #[param(example = "apparel/adult")]
    category: String,
    /// Part of the seller's name; capitals do not count.
    #[param(example = "bert")]
    seller: String,
    /// Exactly this marketplace.
    #[param(example = "amazon")]
    marketplace: String,
    /// Where the page before ended: its `next`.
    after: Option<String>,
}

/// Products.
#[derive(Serialize, ToSchema)]
pub struct CatalogueBody {
    /// By marketplace, region and id.
    products: Vec<CatalogueProduct>,
    /// Where the next page begins, to be given as `after`; null at the end.
    next: Option<String>,
}

/// A product as it was last judged.
#[derive(Serialize, ToSchema)]
pub struct CatalogueProduct {
    /// Its id.
    product: String,
    /// Whose rules judged it; null = the house's.
    marketplace: Option<String>,
    /// Where.
    region: Option<String>,
    /// Its category path.
    category: Option<String>,
    /// Its seller.
    seller: Option<String>,
    /// Its pictures.
    pictures: Vec<ProductPicture>,
}

/// A picture of a product.
#[derive(Serialize, ToSchema)]
pub struct ProductPicture {
    /// Its id in the product.
    image: String,
    /// SHA-256 of its bytes.
    #[schema(value_type = String)]
    content_hash: ContentHash,
}

/// Search the catalogue
///
/// The products that were judged, each as it was last, with its pictures; 60 a page.
#[utoipa::path(
    get, path = "/v1/catalogue", tag = "Studio", params(CatalogueParams),
    responses(
        (status = 200, description = "A page of products", body = inline(CatalogueBody), example = json!({"products": [{"product": "sku-4711",
            "marketplace": "amazon", "region": "US", "category": "apparel/adult", "seller": "bert", "pictures": [{"image": "front", "content_hash": "9f86…"}]}], "next": null})),
        (status = 400, description = "The category is no category", body = ErrorBody)
    )
)]
pub async fn search(app: Shared, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let CatalogueParams { product, category, seller, marketplace, after } = query(&request)?;
    let invalid = |message: String| ApiError::new(Code::ParameterInvalid, message);
    let category = match category.trim() {
        "" => String::new(),
        path => path.parse::<CategoryPath>().map_err(|error| invalid(error.to_string()))?.as_str().to_owned(),
    };
    let place: Option<Vec<&str>> = after.as_deref().map(|after| after.split(APART).collect());
    let place = match place.as_deref() {
        None => None,
        Some([marketplace, region, product]) => Some((*marketplace, *region, *product)),
        Some(_) => return Err(invalid("`after` is not the `next` of a page".into())),
    };
    let filter = CatalogueFilter {
        product: product.trim(),
        category: &category,
        seller: seller.trim(),
        marketplace: marketplace.trim(),
        region: "",
    };
    let rows = timed(&app, async { Ok(app.store.catalogue(&app.config.tenant, filter, place, PAGE).await?) }).await?;
    let full = rows.len() == PAGE as usize;
    let next = rows
        .last()
        .filter(|_| full)
        .map(|CatalogueRow { marketplace, region, product_id, .. }| format!("{marketplace}{APART}{region}{APART}{product_id}"));
    Ok(HttpResponse::Ok().json(CatalogueBody { products: rows.into_iter().map(CatalogueProduct::of).collect(), next }))
}

impl CatalogueProduct {
    fn of(row: CatalogueRow) -> Self {
        let named = |text: String| (!text.is_empty()).then_some(text);
        // What we wrote ourselves can be read; a row of a newer program shows no pictures.
        let pictures: Vec<(String, ContentHash)> = serde_json::from_str(&row.pictures).unwrap_or_default();
        Self {
            product: row.product_id,
            marketplace: named(row.marketplace),
            region: named(row.region),
            category: named(row.category),
            seller: named(row.seller),
            pictures: pictures.into_iter().map(|(image, content_hash)| ProductPicture { image, content_hash }).collect(),
        }
    }
}
