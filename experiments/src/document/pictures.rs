//! Products whose main picture differs between variants, as a reader of the report sees them.

/// What a treatment changes for shoppers' eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The control.
    pub control: String,
    /// The treatment.
    pub treatment: String,
    /// Products that both rules have judged.
    pub products: u64,
    /// Those with another main picture.
    pub main_changed: u64,
    /// Those left without one.
    pub newly_empty: u64,
    /// Some of the changed ones.
    pub pairs: Vec<Pair>,
}

/// A product's main pictures, side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The product.
    pub product: String,
    /// Under the control's rules.
    pub before: Side,
    /// Under the treatment's.
    pub after: Side,
}

/// One side of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The picture's id; empty = there is none.
    pub picture: String,
    /// A small JPEG of it, where one is kept.
    pub jpeg: Option<Vec<u8>>,
}

impl Side {
    /// What it shows, in words.
    pub fn alt(&self, variant: &str) -> String {
        match self.picture.as_str() {
            "" => format!("{variant}: no main picture"),
            picture => format!("{variant}: main picture {picture}"),
        }
    }

    /// What stands below it.
    pub fn caption(&self, variant: &str) -> String {
        match (self.picture.as_str(), &self.jpeg) {
            ("", _) => format!("{variant}: none"),
            (picture, None) => format!("{variant}: {picture} (no small picture is kept)"),
            (picture, Some(_)) => format!("{variant}: {picture}"),
        }
    }
}
