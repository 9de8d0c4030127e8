//! What the rules in force make of the whole catalogue: how often each fires, and what rules that begin later will find fault with.
//! Made from stored signals, and again only when catalogue, rules or what people overturned have changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::Mutex;
use vitrine_engine::RuleId;
use vitrine_rules::backtest::{self, BacktestResult, Overturned, Question};

use crate::app::App;
use crate::columns::Columns;
use crate::error::ApiError;
use crate::selection::today;

/// What the rules in force make of the catalogue.
pub struct Census {
    columns: Arc<Columns>,
    overturned: Arc<Overturned>,
    revision: i64,
    day: Date,
    /// Both sides are the book in force.
    pub result: BacktestResult,
}

/// The newest census of each place.
#[derive(Default)]
pub struct KeptCensus(Mutex<BTreeMap<Place, Arc<Census>>>);

/// Where all pictures are judged as if offered: marketplace and region; the house and everywhere where not named.
pub type Place = (Option<String>, Option<String>);

impl Census {
    /// Pictures that a rule speaks of, and their share of all.
    pub fn fires(&self, rule: &RuleId) -> (u64, f64) {
        let pictures = self.result.by_rule.iter().find(|change| change.rule == *rule).map_or(0, |change| change.new);
        let share = if self.result.pictures == 0 { 0.0 } else { pictures as f64 / self.result.pictures as f64 };
        (pictures, share)
    }
}

impl App {
    /// The census of today's catalogue and rules: every picture as if offered at a place.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn census(self: &Arc<Self>, place: Place) -> Result<Arc<Census>, ApiError> {
        let (columns, overturned, live, day) = (self.columns().await?, self.exemptions.all(), self.live.now(), today());
        let mut kept = self.census.0.lock().await;
        let same = |census: &Census| Arc::ptr_eq(&census.columns, &columns) && Arc::ptr_eq(&census.overturned, &overturned);
        let holds = |census: &&Arc<Census>| same(census) && census.revision == live.revision && census.day == day;
        if let Some(census) = kept.get(&place).filter(holds) {
            return Ok(Arc::clone(census));
        }
        kept.retain(|_, census| holds(&&*census));
        let book = &live.stable.1;
        let offered = backtest::Place { marketplace: place.0.clone(), region: place.1.clone() };
        let question = Question { place: Some(offered), policy: self.config.policy, ..Question::on(day) };
        let (result, _) = self.backtest_now(book, book, question).await?;
        let census = Arc::new(Census { columns, overturned, revision: live.revision, day, result });
        kept.insert(place, Arc::clone(&census));
        Ok(census)
    }
}
