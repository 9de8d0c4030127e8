//! Experiments on simulated shoppers, through everything that a real one goes through: assignment, sealed exposures, events, sums,
//! report. They say of themselves that they are simulated, wherever they are shown.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use vitrine_experiments::design::{
    Choice, DecisionRule, Design, ExposureRule, Good, Guardrail, Looks, Metric, MetricKind, Scope, Serves, Stage, Unit, VariantDesign,
};
use vitrine_experiments::ledger::DAY_MS;
use vitrine_experiments::report::Decision;
use vitrine_experiments::simulate::shop::{Shop, What, World};
use vitrine_experiments::{Split, Variant};

use super::exposure::Shown;
use super::ingest::{EventBody, EventKind};
use super::{ExperimentDocument, Frozen, LogLine};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::store::Record;
use crate::studio::VITRINE;

/// Events of one batch.
const BATCH: usize = 5_000;

/// A simulated experiment.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// Its id.
    pub id: String,
    /// As people call it.
    pub title: String,
    /// What is expected, and why.
    pub hypothesis: String,
    /// The shop.
    pub shop: Shop,
    /// Whether it has ended with a decision.
    pub decided: Option<Choice>,
    /// Whether selections take part in it while it runs.
    pub takes_traffic: bool,
}

/// What was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Visitors.
    pub visitors: u64,
    /// Events.
    pub events: u64,
}

impl Simulation {
    /// The experiments of the demo: one that has ended and one that goes on.
    pub fn of_demo() -> [Self; 2] {
        let shop = |world, days, seed| Shop { world, visitors_a_day: 900, days, buyers: 0.05, seed };
        [
            Self {
                id: "cleaner-backgrounds".into(),
                title: "Cleaner backgrounds for main pictures".into(),
                hypothesis: "Main pictures on plain backgrounds are understood faster, so more of them are clicked".into(),
                shop: shop(World::Effect { lift: 0.25 }, 14, 20),
                decided: Some(Choice::Ship),
                takes_traffic: false,
            },
            Self {
                id: "sharper-main-pictures".into(),
                title: "Sharper main pictures".into(),
                hypothesis: "Shoppers trust a sharp picture more than a soft one, so more of them click".into(),
                shop: shop(World::Effect { lift: 0.1 }, 6, 21),
                decided: None,
                takes_traffic: true,
            },
        ]
    }

    /// The plan.
    pub fn design(&self) -> Design {
        let variant = |name: &str, description: &str| VariantDesign {
            name: name.into(),
            weight: 1,
            serves: Serves::Live,
            explores: None,
            description: description.into(),
        };
        let metric = |name: &str, title: &str, kind, good, unit: &str, cap| Metric {
            name: name.into(),
            title: title.into(),
            kind,
            good,
            unit: unit.into(),
            cap,
        };
        let event = |name: &str| name.to_owned();
        Design {
            title: self.title.clone(),
            hypothesis: self.hypothesis.clone(),
            owner: "image-quality".into(),
            scope: Scope::default(),
            variants: vec![variant("control", "The rules as they are"), variant("treatment", "The stricter rules")],
            unit: Unit::Visitor,
            blocks: false,
            exposure: ExposureRule::Shown,
            metrics: vec![
                metric("conversion", "Conversion", MetricKind::Proportion { event: event("purchase") }, Good::Higher, "", None),
                metric("revenue", "Revenue per visitor", MetricKind::Total { event: event("purchase") }, Good::Higher, "EUR", Some(400.0)),
                metric(
                    "clicks",
                    "Clicks per picture shown",
                    MetricKind::Ratio { event: event("click"), per: "exposures".into() },
                    Good::Higher,
                    "",
                    None,
                ),
                metric("returns", "Returns per visitor", MetricKind::Count { event: event("return") }, Good::Lower, "", None),
            ],
            primary: "clicks".into(),
            guardrails: vec![Guardrail { metric: "conversion".into(), margin: 0.15 }],
            minimum_lift: 0.03,
            planned_units: self.shop.visitors_a_day * 14,
            planned_days: 14,
            decision: DecisionRule { looks: Looks::AnyTime, ..DecisionRule::default() },
            layer: "main".into(),
            // Whoever tries the demo finds the other half free for an experiment of their own.
            share: if self.takes_traffic { 0.5 } else { 1.0 },
            pre_period_days: 14,
            segments: vec!["device".into(), "visitor".into()],
        }
    }

    /// Runs it on a server: the shop's days end now. An experiment that is there already is left as it is.
    ///
    /// # Errors
    /// When the plan is refused or the store fails.
    pub async fn run(&self, app: &Arc<App>, told: impl Fn(u64)) -> Result<Sent, ApiError> {
        if !app.store.experiments::<ExperimentDocument>(&app.config.tenant, Some(&self.id)).await?.is_empty() {
            return Ok(Sent::default());
        }
        let now_ms = Timestamp::now().as_millisecond();
        let started_ms = now_ms - self.shop.days as i64 * DAY_MS - 3_600_000;
        self.put(app, Stage::Running, started_ms, None).await?;
        let design = self.design();
        let variants = design.variants.iter().map(|variant| Variant::new(variant.name.as_str(), variant.weight)).collect();
        let split = Split::new(self.id.as_str(), variants).map_err(|error| ApiError::new(Code::RequestInvalid, error.to_string()))?;
        let (mut batch, mut sent) = (Vec::with_capacity(BATCH), Sent::default());
        for visitor in self.shop.visitors() {
            let variant = split.position(&visitor.id);
            let kind = if visitor.returning { "returning" } else { "new" };
            let shown = Shown {
                experiment: self.id.clone(),
                variant: variant as u8,
                unit: app.unit_key.pseudonym("visitor", &visitor.id),
                segments: [None, None, Some(visitor.device.into()), Some(kind.into())],
                not_a_customer: false,
                explored: None,
                beside: None,
            };
            let exposure_id = app.unit_key.seal(&shown);
            for (place, happened) in self.shop.day_of(&visitor, variant == 1).into_iter().enumerate() {
                let at_ms = started_ms + happened.at_ms;
                let Ok(at) = Timestamp::from_millisecond(at_ms) else { continue };
                if at_ms > now_ms {
                    continue;
                }
                let (name, value) = match happened.what {
                    What::Shown => (None, None),
                    What::Clicked => (Some("click"), None),
                    What::Bought(amount) => (Some("purchase"), Some((amount * 100.0).round() / 100.0)),
                    What::Returned => (Some("return"), None),
                };
                batch.push(EventBody {
                    id: format!("{}-{place}", visitor.id),
                    kind: if name.is_none() { EventKind::Exposure } else { EventKind::Outcome },
                    exposure_id: name.is_none().then(|| exposure_id.clone()),
                    unit_id: name.is_some().then(|| visitor.id.clone()),
                    product_id: None,
                    seller: None,
                    name: name.map(str::to_owned),
                    value,
                    at,
                    traffic: None,
                });
            }
            sent.visitors += 1;
            if batch.len() >= BATCH {
                sent.events += batch.len() as u64;
                app.take_events(std::mem::take(&mut batch)).await?;
                told(sent.visitors);
            }
        }
        sent.events += batch.len() as u64;
        app.take_events(batch).await?;
        if let Some(choice) = self.decided {
            let decision = Decision { choice, by: VITRINE.into(), at_ms: now_ms, reason: "the planned decision rule says so".into() };
            self.put(app, Stage::Decided, started_ms, Some(decision)).await?;
        }
        app.keep_todays_report(&self.id).await?;
        Ok(sent)
    }

    async fn put(&self, app: &Arc<App>, stage: Stage, started_ms: i64, decision: Option<Decision>) -> Result<(), ApiError> {
        let mut change = app.store.begin(&app.config.tenant).await?;
        let line = |at_ms, what: &str| LogLine { at_ms, by: VITRINE.into(), what: what.into(), reason: "simulated".into() };
        let stopped_ms = decision.as_ref().map(|decision| decision.at_ms);
        let mut log = vec![line(started_ms, "started")];
        log.extend(stopped_ms.map(|at_ms| line(at_ms, "stopped and decided")));
        let document = ExperimentDocument {
            design: self.design(),
            stage,
            share: self.design().share,
            first_bucket: 0,
            serves: if self.takes_traffic { vec![Frozen::Release(app.live.now().stable.0); 2] } else { Vec::new() },
            created_by: VITRINE.into(),
            created_ms: started_ms,
            submitted_by: Some(VITRINE.into()),
            started_ms: Some(started_ms),
            stopped_ms,
            decision,
            simulated: Some(self.shop.world.sentence()),
            from_warehouse: false,
            log,
        };
        change.put_experiment(&self.id, stage.as_str(), &document).await?;
        let record = Record {
            actor: VITRINE.into(),
            action: "experiment.simulated".into(),
            subject: format!("experiment:{}", self.id),
            reason: self.shop.world.sentence(),
            detail: json!({ "stage": stage }),
        };
        change.commit(&[record]).await?;
        app.follow_experiments().await
    }
}
