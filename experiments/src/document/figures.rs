//! Numbers, days and intervals as the report writes them: the same everywhere in the world, so that a printed page needs no legend.
//! Thousands and units stand behind a thin gap, the point is a point, less than nothing has a true minus.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::design::{Design, MetricKind};
use crate::report::{Estimate, LiftEstimate};

/// A thin gap at which no line breaks.
const GAP: char = '\u{202f}';
const MINUS: char = '\u{2212}';

/// How the values of a metric are written.
#[derive(Debug, Clone, PartialEq)]
pub enum Scale {
    /// Shares of units, 0 to 1: values in per cent, differences in percentage points.
    Share,
    /// Anything else, in its own unit, which may be empty.
    Plain(String),
}

impl Scale {
    /// The scale of a metric of a design; metrics that the design does not know are plain.
    pub fn of(design: &Design, metric: &str, unit: &str) -> Self {
        match design.metric(metric).map(|metric| &metric.kind) {
            Some(MetricKind::Proportion { .. }) => Self::Share,
            _ => Self::Plain(unit.trim().to_owned()),
        }
    }

    /// What differences count in, for the title of an axis; empty where there is no unit.
    pub fn difference_unit(&self) -> &str {
        match self {
            Self::Share => "percentage points",
            Self::Plain(unit) => unit,
        }
    }

    /// A value on this scale as it is written, without its unit.
    pub fn shown(&self, value: f64) -> f64 {
        match self {
            Self::Share => value * 100.0,
            Self::Plain(_) => value,
        }
    }

    /// A value: `3.21 %`, `12.4 EUR`.
    pub fn value(&self, value: f64) -> String {
        let shown = self.shown(value);
        let text = decimal(shown, places(shown.abs() / 20.0));
        self.with_unit(text, "%")
    }

    /// A difference, with as many digits as its interval makes worth reading: `+0.31 pp`.
    pub fn difference(&self, estimate: &Estimate) -> String {
        self.with_unit(signed(self.shown(estimate.value), self.places(estimate)), "pp")
    }

    /// The interval of a difference: `+0.10 to +0.52 pp`.
    pub fn interval(&self, estimate: &Estimate) -> String {
        let digits = self.places(estimate);
        let end = |end: f64| signed(self.shown(end), digits);
        match (estimate.low, estimate.high) {
            (Some(low), Some(high)) => self.with_unit(format!("{} to {}", end(low), end(high)), "pp"),
            (Some(low), None) => format!("{} or more", self.with_unit(end(low), "pp")),
            (None, Some(high)) => format!("{} or less", self.with_unit(end(high), "pp")),
            (None, None) => "without bounds".to_owned(),
        }
    }

    /// A magnitude on the scale of differences, without a sign: a standard error, a loss.
    pub fn magnitude(&self, value: f64) -> String {
        let shown = self.shown(value);
        self.with_unit(decimal(shown, places(shown.abs() / 3.0)), "pp")
    }

    fn places(&self, estimate: &Estimate) -> usize {
        let reach = [estimate.low, estimate.high].into_iter().flatten().map(|end| (end - estimate.value).abs()).fold(0.0, f64::max);
        places(self.shown(if reach > 0.0 { reach } else { estimate.std_error * 2.0 }).abs())
    }

    fn with_unit(&self, text: String, of_shares: &str) -> String {
        match self {
            Self::Share => format!("{text}{GAP}{of_shares}"),
            Self::Plain(unit) if unit.is_empty() => text,
            Self::Plain(unit) => format!("{text}{GAP}{unit}"),
        }
    }
}

/// A lift: `+2.1 %`.
pub fn lift(lift: &LiftEstimate) -> String {
    percent_signed(lift.value, lift_places(lift))
}

/// The set of lifts that the data do not contradict, in words where it is no interval.
pub fn lift_interval(lift: &LiftEstimate) -> String {
    let end = |end: f64| signed(end * 100.0, lift_places(lift));
    match (lift.low, lift.high) {
        (Some(low), Some(high)) if lift.outside => {
            format!("below {}{GAP}% or above {}{GAP}%: the control’s figure could be 0", end(low), end(high))
        }
        (Some(low), Some(high)) => format!("{} to {}{GAP}%", end(low), end(high)),
        (Some(low), None) => format!("{}{GAP}% or more, without an upper bound", end(low)),
        (None, Some(high)) => format!("{}{GAP}% or less, without a lower bound", end(high)),
        (None, None) => "without bounds: the control’s figure could be 0".to_owned(),
    }
}

/// A share of something: `12.5 %`.
pub fn percent(share: f64) -> String {
    let shown = share * 100.0;
    if share < 1.0 && shown >= 99.95 {
        return format!(">{GAP}99.9{GAP}%");
    }
    let digits = if shown.abs() >= 99.95 || shown == 0.0 { 0 } else { places(shown.abs() / 20.0).min(2) };
    let text = decimal(shown, digits);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{GAP}%")
}

/// `+2.1 %`, with so many digits.
pub fn percent_signed(share: f64, digits: usize) -> String {
    format!("{}{GAP}%", signed(share * 100.0, digits))
}

/// A probability of error: `0.034`, `< 0.001`.
pub fn p(p: f64) -> String {
    if p.is_finite() && p < 0.001 { format!("<{GAP}0.001") } else { decimal(p, if p < 0.1 { 3 } else { 2 }) }
}

/// A count: `12 345`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push(GAP);
        }
        text.push(digit);
    }
    text
}

/// A number with a sign: `+0.31`, `−2`, `0`.
pub fn signed(value: f64, digits: usize) -> String {
    let text = decimal(value, digits);
    if value > 0.0 && text.chars().any(|digit| ('1'..='9').contains(&digit)) { format!("+{text}") } else { text }
}

/// A number with so many digits behind the point. What is no number says so: it must never look like one.
pub fn decimal(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "no number".to_owned();
    }
    let text = format!("{:.digits$}", value.abs());
    let nothing = !text.chars().any(|digit| ('1'..='9').contains(&digit));
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    let body = rest.map_or_else(|| whole.clone(), |rest| format!("{whole}.{rest}"));
    if value < 0.0 && !nothing { format!("{MINUS}{body}") } else { body }
}

/// Digits behind the point that show two significant ones of a reach.
pub fn places(reach: f64) -> usize {
    if reach.is_finite() && reach > 0.0 { (1.0 - reach.log10().floor()).clamp(0.0, 8.0) as usize } else { 2 }
}

/// A day of a moment: `2026-12-01`.
pub fn day(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| "unknown".to_owned(), |at| at.to_zoned(TimeZone::UTC).date().to_string())
}

/// A moment: `2026-12-01 14:05 UTC`.
pub fn moment(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| "unknown".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

fn lift_places(lift: &LiftEstimate) -> usize {
    let reach = [lift.low, lift.high].into_iter().flatten().map(|end| (end - lift.value).abs()).fold(0.0, f64::max);
    places(if reach > 0.0 { reach * 100.0 } else { lift.value.abs() * 10.0 }).min(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, low: Option<f64>, high: Option<f64>) -> Estimate {
        Estimate { value, low, high, std_error: 0.001, p: 0.02 }
    }

    #[test]
    fn differences_show_the_digits_that_their_interval_allows() {
        let estimate = estimate(0.003_14, Some(0.001_02), Some(0.005_26));
        assert_eq!(Scale::Share.difference(&estimate), "+0.31\u{202f}pp");
        assert_eq!(Scale::Share.interval(&estimate), "+0.10 to +0.53\u{202f}pp");
        assert_eq!(Scale::Plain("EUR".into()).difference(&estimate), "+0.0031\u{202f}EUR");
    }

    #[test]
    fn what_has_no_end_says_so() {
        assert_eq!(Scale::Share.interval(&estimate(0.1, None, Some(0.2))), "+20\u{202f}pp or less");
        let unbounded = LiftEstimate { value: 0.4, low: None, high: None, outside: false };
        assert!(lift_interval(&unbounded).contains("without bounds"));
        let outside = LiftEstimate { value: 0.4, low: Some(-0.5), high: Some(0.9), outside: true };
        assert_eq!(lift_interval(&outside), "below \u{2212}50\u{202f}% or above +90\u{202f}%: the control’s figure could be 0");
    }

    #[test]
    fn numbers_are_written_the_same_everywhere() {
        assert_eq!([count(999), count(1234), count(12_345), count(1_234_567)], ["999", "1234", "12\u{202f}345", "1\u{202f}234\u{202f}567"]);
        assert_eq!([p(0.000_01), p(0.0341), p(0.5)], ["<\u{202f}0.001", "0.034", "0.50"]);
        assert_eq!([signed(0.001, 1), signed(-0.001, 1), signed(-2.0, 0)], ["0.0", "0.0", "\u{2212}2"]);
        assert_eq!(
            [percent(0.5), percent(0.125), percent(0.034), percent(1.0)],
            ["50\u{202f}%", "12.5\u{202f}%", "3.4\u{202f}%", "100\u{202f}%"]
        );
        assert_eq!([moment(1_764_597_900_000), day(1_764_597_900_000)], ["2025-12-01 14:05 UTC", "2025-12-01"]);
    }

    #[test]
    fn no_number_never_looks_like_one() {
        for value in [f64::NAN, f64::INFINITY] {
            assert_eq!(decimal(value, 2), "no number");
            assert!(Scale::Share.value(value).starts_with("no number"));
        }
    }
}
