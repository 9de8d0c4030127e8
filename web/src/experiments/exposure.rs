//! Pseudonyms of units, and exposure ids: what a shop sends back when a picture was shown. An id carries all that the exposure has to
//! tell, sealed, so that taking it in asks nobody; it says nothing that could be read back to a person.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Bytes of the seal: guessing one takes 2^80 tries.
const SEAL_BYTES: usize = 10;
/// Bytes of a pseudonym.
const PSEUDONYM_BYTES: usize = 15;

/// The tenant's key for pseudonyms and seals.
#[derive(Clone)]
pub struct UnitKey(Vec<u8>);

/// What an exposure id says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// The experiment.
    #[serde(rename = "e")]
    pub experiment: String,
    /// The variant's place in the design.
    #[serde(rename = "v")]
    pub variant: u8,
    /// The unit's pseudonym.
    #[serde(rename = "u")]
    pub unit: String,
    /// Category, region, device and kind of visitor, as far as they are known.
    #[serde(rename = "s", default, skip_serializing_if = "is_bare")]
    pub segments: [Option<String>; 4],
    /// Not a customer: a forced variant, a bot, internal traffic.
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    pub not_a_customer: bool,
    /// Where chance had a part in the selection: what it chose.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub explored: Option<Explored>,
    /// Its part in a holdout.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<Beside>,
}

/// A unit's part in a holdout, beside the experiment that the selection was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// The holdout.
    #[serde(rename = "e")]
    pub experiment: String,
    /// The variant's place in its design.
    #[serde(rename = "v")]
    pub variant: u8,
    /// The visitor's pseudonym.
    #[serde(rename = "u")]
    pub unit: String,
}

/// A choice in which chance had a part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explored {
    /// The selection, unlike any other.
    #[serde(rename = "n")]
    pub selection: String,
    /// The product.
    #[serde(rename = "p")]
    pub product: String,
    /// The decision that was answered.
    #[serde(rename = "d")]
    pub decision: String,
    /// The picture that leads.
    #[serde(rename = "i")]
    pub picture: String,
    /// The probability with which it does.
    #[serde(rename = "q")]
    pub propensity: f64,
}

fn is_bare(segments: &[Option<String>; 4]) -> bool {
    segments.iter().all(Option::is_none)
}

impl UnitKey {
    /// A key from its stored text.
    pub fn new(secret: &str) -> Self {
        Self(secret.as_bytes().to_vec())
    }

    /// A new secret.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn fresh() -> Result<String, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The name of a selection, unlike any other.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn fresh_selection() -> Result<String, getrandom::Error> {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The pseudonym of a unit; units of different kinds never share one.
    pub fn pseudonym(&self, kind: &str, unit: &str) -> String {
        let hash = self.hash(&[b"unit", kind.as_bytes(), unit.as_bytes()]);
        URL_SAFE_NO_PAD.encode(&hash[..PSEUDONYM_BYTES])
    }

    /// The exposure id that says this.
    pub fn seal(&self, shown: &Shown) -> String {
        // Plain fields: there is nothing in them that JSON cannot say.
        let text = serde_json::to_vec(shown).unwrap_or_default();
        let mut sealed = self.hash(&[b"exposure", &text])[..SEAL_BYTES].to_vec();
        sealed.extend(text);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// What an exposure id says; `None` where it is not one of ours.
    pub fn open(&self, id: &str) -> Option<Shown> {
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let (seal, text) = bytes.split_at_checked(SEAL_BYTES)?;
        self.mac(&[b"exposure", text]).verify_truncated_left(seal).ok()?;
        serde_json::from_slice(text).ok()
    }

    fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(parts).finalize().into_bytes().into()
    }

    fn mac(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        #[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Shown {
        Shown {
            experiment: "stricter-white".into(),
            variant: 1,
            unit: UnitKey::new("k").pseudonym("visitor", "v-1"),
            segments: [Some("shoes".into()), None, None, Some("new".into())],
            not_a_customer: false,
            explored: Some(Explored {
                selection: "n-1".into(),
                product: "shoe-12".into(),
                decision: "d".repeat(64),
                picture: "front".into(),
                propensity: 0.1 + 0.2,
            }),
            beside: Some(Beside { experiment: "holdout-2027".into(), variant: 1, unit: "u".into() }),
        }
    }

    #[test]
    fn an_id_says_what_was_sealed_and_nothing_else_opens() {
        let key = UnitKey::new("a secret");
        let id = key.seal(&shown());
        assert_eq!(key.open(&id), Some(shown()));
        assert_eq!(UnitKey::new("another").open(&id), None);
        for place in 0..id.len() {
            let mut forged = id.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(key.open(&forged).is_none_or(|shown| key.seal(&shown) == id), "{place}");
        }
        for junk in ["", "A", "not base64 at all!", &"A".repeat(500)] {
            assert_eq!(key.open(junk), None);
        }
    }

    #[test]
    fn a_pseudonym_hides_the_unit_and_tells_kinds_apart() {
        let key = UnitKey::new("a secret");
        assert_eq!(key.pseudonym("visitor", "v-1"), key.pseudonym("visitor", "v-1"));
        assert_ne!(key.pseudonym("visitor", "v-1"), key.pseudonym("product", "v-1"));
        assert_ne!(key.pseudonym("visitor", "v-1"), UnitKey::new("b").pseudonym("visitor", "v-1"));
        assert!(!key.pseudonym("visitor", "v-1").contains("v-1"));
    }
}
