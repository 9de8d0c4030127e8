//! What a rule set is asked for: marketplace, region, category, role, day.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The pack used where no marketplace is named.
pub const HOUSE: &str = "vitrine";

/// The place in a gallery that a picture competes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The picture that leads.
    #[default]
    Main,
    /// One of the others.
    Gallery,
    /// A sample of colour or material.
    Swatch,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Main, Self::Gallery, Self::Swatch];

    /// Its name in packs and requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Gallery => "gallery",
            Self::Swatch => "swatch",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no image role; there are `main`, `gallery` and `swatch`")]
pub struct UnknownRole {
    word: String,
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or_else(|| UnknownRole { word: word.into() })
    }
}

/// A path in the category tree, `apparel/adult/dresses`; lower case, no empty parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CategoryPath(String);

impl CategoryPath {
    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is this category or one below it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Text that is no category path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no category path; write parts of letters, digits, `-` and `_` with `/` between them, such as `apparel/adult`")]
pub struct InvalidCategory {
    text: String,
}

impl FromStr for CategoryPath {
    type Err = InvalidCategory;

    fn from_str(text: &str) -> Result<Self, InvalidCategory> {
        let path = text.trim().trim_matches('/').to_lowercase();
        let fits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if path.split('/').all(fits) { Ok(Self(path)) } else { Err(InvalidCategory { text: text.into() }) }
    }
}

impl TryFrom<String> for CategoryPath {
    type Error = InvalidCategory;

    fn try_from(text: String) -> Result<Self, InvalidCategory> {
        text.parse()
    }
}

impl From<CategoryPath> for String {
    fn from(path: CategoryPath) -> Self {
        path.0
    }
}

/// What a rule set is resolved for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// `amazon`, `zalando`, ...; `None` = the house rules.
    pub marketplace: Option<String>,
    /// `US`, `DE`, ...; `None` = the rules of every region hold.
    pub region: Option<String>,
    /// `apparel/adult`; `None` = only rules for all categories hold.
    pub category: Option<String>,
    /// The role the picture competes for.
    pub role: Role,
    /// The day the rules have to hold on.
    pub date: Date,
}

impl Scope {
    /// The house rules for leading pictures on a day.
    pub fn house(date: Date) -> Self {
        Self { marketplace: None, region: None, category: None, role: Role::Main, date }
    }

    /// The marketplace whose packs answer: the one named, else the house.
    pub fn marketplace_or_house(&self) -> &str {
        self.marketplace.as_deref().unwrap_or(HOUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_covers_what_is_below_it_and_nothing_else() {
        let path = |text: &str| text.parse::<CategoryPath>().unwrap();
        assert!(path("apparel/adult").covers(&path("apparel/adult")));
        assert!(path("apparel/adult").covers(&path("Apparel/Adult/dresses/")));
        assert!(!path("apparel/adult").covers(&path("apparel/adults")));
        assert!(!path("apparel/adult").covers(&path("apparel")));
        for bad in ["", "/", "a//b", "a b", "a/*"] {
            assert!(bad.parse::<CategoryPath>().is_err(), "{bad}");
        }
    }
}
