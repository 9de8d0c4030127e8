//! A server with two small packs of its own, so that no change of the shipped rules moves these tests.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::TestServer;

/// `shop.small` asks for review below 500 px, `shop.large` suppresses above 900 px; `bazaar` takes everything.
const SHOP: &str = "
pack: shop
title: Shop
marketplace: shop
regions: [DE]
owner: me
rules:
  - id: shop.small
    title: At least 500 px <b>
    roles: [main, gallery]
    require: long_side_px >= min_px
    params:
      min_px: { value: 500, unit: px, range: [1, 10000], title: Smallest side }
    if_missing: reject
    severity: must
    action: review
    reason_code: too_small
    message:
      en: 'The long side is {value} {unit}; {limit} {unit} are asked for.'
      de: 'Die lange Seite hat {value} {unit}; verlangt sind {limit} {unit}.'
    source: Terms of the shop
    checked: 2026-11-21
    grade: P
  - id: shop.large
    title: At most 900 px
    roles: [main, gallery]
    require: long_side_px <= max_px
    params:
      max_px: { value: 900, unit: px, range: [1, 10000], title: Largest side }
    if_missing: reject
    severity: must
    action: suppress
    reason_code: too_large
    message:
      en: 'The long side is {value} {unit}; {limit} {unit} are allowed.'
      de: 'Die lange Seite hat {value} {unit}; erlaubt sind {limit} {unit}.'
    source: Terms of the shop
    checked: 2026-11-21
    grade: P
";
const BAZAAR: &str = "
pack: bazaar
title: Bazaar
marketplace: bazaar
owner: me
rules:
  - id: bazaar.tiny
    title: At least 10 px
    roles: [main, gallery]
    require: long_side_px >= min_px
    params:
      min_px: { value: 10, unit: px, range: [1, 10000], title: Smallest side }
    if_missing: reject
    severity: must
    action: suppress
    reason_code: too_small
    message:
      en: 'The long side is {value} {unit}; {limit} {unit} are asked for.'
    source: Terms of the bazaar
    checked: 2026-11-21
    grade: P
";

/// A demo with these packs and no models.
pub fn server() -> TestServer {
    server_on(TempDir::new().unwrap(), "")
}

/// The same on a folder that may hold a database already; `studio` is more for that section of the settings.
pub fn server_on(folder: TempDir, studio: &str) -> TestServer {
    let packs = folder.path().join("packs");
    std::fs::create_dir_all(&packs).unwrap();
    std::fs::write(packs.join("shop.yaml"), SHOP).unwrap();
    std::fs::write(packs.join("bazaar.yaml"), BAZAAR).unwrap();
    let settings = format!("rules: {{packs: '{}'}}\nmodels: {{enabled: false}}\nstudio: {{demo: true{studio}}}\n", packs.display());
    TestServer::with(folder, &settings)
}

/// A selection at the shop among known pictures.
pub fn at_the_shop(product: &str, hashes: &[String]) -> Value {
    let mut request = super::selection(product, hashes);
    request["marketplace"] = json!("shop");
    request["region"] = json!("DE");
    request
}
