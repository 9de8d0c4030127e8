//! Marketplaces held against each other: whoever sells one product on several has to know where no single picture will do.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use super::{Conflicts, Demand, ScopeConflict, told_once};
use crate::diagnostic::Diagnostic;
use crate::scope::{Role, Scope};

/// Which marketplaces, and of which pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// One side; every marketplace where none is named.
    pub one: Option<Market>,
    /// The other side; every other marketplace where none is named.
    pub other: Option<Market>,
    /// Category path; without one only the rules for all categories hold.
    pub category: Option<String>,
    /// The place that pictures compete for.
    pub role: Role,
    /// The day.
    pub date: Date,
}

/// A marketplace, or one of its regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Market {
    /// Its name.
    pub marketplace: String,
    /// The region; the rules of every region hold where none is named.
    pub region: Option<String>,
}

impl Market {
    /// A marketplace by its name, where one is given.
    pub fn named(marketplace: Option<String>, region: Option<String>) -> Option<Self> {
        marketplace.map(|marketplace| Self { marketplace, region })
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.marketplace)?;
        self.region.as_ref().map_or(Ok(()), |region| write!(f, " {region}"))
    }
}

/// Two marketplaces that contradict each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarketConflicts {
    /// The first.
    pub one: Market,
    /// The second.
    pub other: Market,
    /// In what, those that suppress on both sides first.
    pub conflicts: Vec<ScopeConflict>,
}

impl Conflicts<'_> {
    /// The marketplaces that contradict each other, by name, each pair once. With them the findings of resolving their rules.
    pub fn among(&self, asked: &Asked) -> (Vec<MarketConflicts>, Vec<Diagnostic>) {
        let all = || self.packs.marketplaces().into_iter().map(|name| Market { marketplace: name.to_owned(), region: None });
        let side = |named: &Option<Market>| named.clone().map_or_else(|| all().collect(), |market| vec![market]);
        let mut diagnostics = Vec::new();
        let mut demanded = |markets: Vec<Market>| -> Vec<(Market, Vec<Demand<'_>>)> {
            let with = |market: Market| {
                let (demands, found) = self.demands(&asked.scope(&market));
                diagnostics.extend(found);
                (market, demands)
            };
            markets.into_iter().map(with).collect()
        };
        let (left, right) = (demanded(side(&asked.one)), demanded(side(&asked.other)));
        let both_open = asked.one.is_none() && asked.other.is_none();
        let mut found = Vec::new();
        for (one, ours) in &left {
            // Where neither side is named, each pair is met twice.
            let met = |other: &Market| if both_open { other.marketplace > one.marketplace } else { other != one };
            for (other, theirs) in right.iter().filter(|(other, _)| met(other)) {
                let conflicts = self.contradictions(ours, theirs);
                if !conflicts.is_empty() {
                    found.push(MarketConflicts { one: one.clone(), other: other.clone(), conflicts });
                }
            }
        }
        (found, told_once(diagnostics))
    }
}

impl Asked {
    fn scope(&self, market: &Market) -> Scope {
        Scope {
            marketplace: Some(market.marketplace.clone()),
            region: market.region.clone(),
            category: self.category.clone(),
            role: self.role,
            date: self.date,
        }
    }
}
