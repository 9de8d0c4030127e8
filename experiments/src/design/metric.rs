//! Metrics: how what a unit did becomes one number.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One metric of an experiment, with its definition as the report shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Written")]
pub struct Metric {
    /// Its name, unique within the experiment: `conversion`.
    pub name: String,
    /// As people call it: `Conversion`.
    pub title: String,
    /// How outcomes become a number.
    #[serde(flatten)]
    pub kind: MetricKind,
    /// Which direction is good.
    pub good: Good,
    /// What values count in: `EUR`, `clicks`; empty for shares.
    #[serde(default)]
    pub unit: String,
    /// A unit's total above this counts as this (winsorising), fixed before the start; only for counts, totals and ratios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<f64>,
}

/// How a unit's outcomes become a number. `event` names outcome events; `exposures` stands for the unit's own exposures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MetricKind {
    /// Share of units with at least one such event.
    Proportion {
        /// The outcome's name.
        event: String,
    },
    /// Such events per unit.
    Count {
        /// The outcome's name.
        event: String,
    },
    /// Sum of their values per unit: revenue, minutes.
    Total {
        /// The outcome's name.
        event: String,
    },
    /// One count over another, summed over units: clicks per impression.
    Ratio {
        /// Counted above the line.
        event: String,
        /// Counted below it; `exposures` for impressions.
        per: String,
    },
    /// A quantile over units of the sum of values.
    Quantile {
        /// The outcome's name.
        event: String,
        /// Which one, 0 to 1: 0.9 for the 90th percentile.
        level: f64,
    },
}

/// Which direction of a metric is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Good {
    /// More is better: conversion, revenue.
    Higher,
    /// Less is better: returns, complaints.
    Lower,
}

/// The name under which a unit's own exposures are counted.
pub const EXPOSURES: &str = "exposures";

impl Metric {
    /// The events that it counts.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match &self.kind {
            MetricKind::Proportion { event }
            | MetricKind::Count { event }
            | MetricKind::Total { event }
            | MetricKind::Quantile { event, .. } => (event, None),
            MetricKind::Ratio { event, per } => (event, Some(per)),
        };
        std::iter::once(first).chain(second).map(String::as_str)
    }

    /// What it is, in one sentence.
    pub fn definition(&self) -> String {
        let capped = self.cap.map(|cap| format!("; a unit's total above {cap} counts as {cap}")).unwrap_or_default();
        match &self.kind {
            MetricKind::Proportion { event } => format!("share of exposed units with at least one `{event}` after their first exposure"),
            MetricKind::Count { event } => format!("`{event}` events per exposed unit, after its first exposure{capped}"),
            MetricKind::Total { event } => format!("sum of the values of `{event}` per exposed unit, after its first exposure{capped}"),
            MetricKind::Ratio { event, per } => format!("`{event}` per `{per}`, both summed over exposed units{capped}"),
            MetricKind::Quantile { event, level } => {
                format!("{}th percentile over exposed units of the sum of `{event}`", (level * 1000.0).round() / 10.0)
            }
        }
    }

    /// What is wrong with it, in words; empty when nothing is.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !is_name(&self.name) {
            faults.push(format!("metric `{}`: a name has 1 to 60 lower-case letters, digits, `-` and `_`", self.name));
        }
        if self.title.trim().is_empty() {
            faults.push(format!("metric `{}` has no title", self.name));
        }
        if let Some(event) = self.events().find(|event| !is_name(event)) {
            faults.push(format!("metric `{}`: `{event}` is no name of an event", self.name));
        }
        if self.cap.is_some_and(|cap| !(cap > 0.0 && cap.is_finite())) {
            faults.push(format!("metric `{}`: the cap has to be above 0", self.name));
        }
        if self.cap.is_some() && matches!(self.kind, MetricKind::Proportion { .. } | MetricKind::Quantile { .. }) {
            faults.push(format!("metric `{}`: a share or a quantile takes no cap", self.name));
        }
        if let MetricKind::Quantile { level, .. } = self.kind
            && !(level > 0.0 && level < 1.0)
        {
            faults.push(format!("metric `{}`: the level has to lie between 0 and 1, not at {level}", self.name));
        }
        faults
    }
}

/// Whether this is a name: 1 to 60 lower-case letters, digits, `-` and `_`.
pub fn is_name(text: &str) -> bool {
    (1..=60).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
}

/// A metric as it is written: every key by itself, so that an unknown one, or one of another kind, is told from a known one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    title: String,
    kind: String,
    event: String,
    per: Option<String>,
    level: Option<f64>,
    good: Good,
    #[serde(default)]
    unit: String,
    cap: Option<f64>,
}

impl TryFrom<Written> for Metric {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { name, title, kind, event, per, level, good, unit, cap } = written;
        let kind = match (kind.as_str(), per, level) {
            ("proportion", None, None) => MetricKind::Proportion { event },
            ("count", None, None) => MetricKind::Count { event },
            ("total", None, None) => MetricKind::Total { event },
            ("ratio", Some(per), None) => MetricKind::Ratio { event, per },
            ("quantile", None, Some(level)) => MetricKind::Quantile { event, level },
            ("ratio", None, _) => return Err(format!("metric `{name}`: a ratio needs `per`, what is counted below the line")),
            ("quantile", _, None) => return Err(format!("metric `{name}`: a quantile needs `level`, 0 to 1")),
            ("proportion" | "count" | "total" | "ratio" | "quantile", ..) => {
                return Err(format!("metric `{name}`: `per` belongs to a ratio and `level` to a quantile, not to a {kind}"));
            }
            _ => return Err(format!("metric `{name}`: `{kind}` is no kind; there are proportion, count, total, ratio and quantile")),
        };
        Ok(Self { name, title, kind, good, unit, cap })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written_and_strange_keys_are_refused() {
        let kinds = [
            MetricKind::Proportion { event: "purchase".into() },
            MetricKind::Count { event: "click".into() },
            MetricKind::Total { event: "purchase".into() },
            MetricKind::Ratio { event: "click".into(), per: EXPOSURES.into() },
            MetricKind::Quantile { event: "load-ms".into(), level: 0.9 },
        ];
        for kind in kinds {
            let metric = Metric { name: "m".into(), title: "M".into(), kind, good: Good::Higher, unit: String::new(), cap: None };
            let text = serde_json::to_string(&metric).unwrap();
            assert_eq!(serde_json::from_str::<Metric>(&text).unwrap(), metric, "{text}");
        }
        let read =
            |rest: &str| serde_json::from_str::<Metric>(&format!(r#"{{"name":"m","title":"M","event":"e","good":"higher",{rest}}}"#));
        for (rest, word) in [
            (r#""kind":"count","caps":3"#, "unknown field `caps`"),
            (r#""kind":"ratio""#, "needs `per`"),
            (r#""kind":"quantile""#, "needs `level`"),
            (r#""kind":"count","level":0.5"#, "not to a count"),
            (r#""kind":"mean""#, "is no kind"),
        ] {
            let refused = read(rest).unwrap_err().to_string();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
