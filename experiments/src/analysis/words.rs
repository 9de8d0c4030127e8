//! How numbers are said: percentages, chances, counts, in words that can be read out.

use crate::design::Unit;
use crate::report::LiftEstimate;

/// `4.2 %` of 0.042; more digits for small ones.
pub fn percent(share: f64) -> String {
    let value = 100.0 * share;
    match value.abs() {
        at if at >= 1.0 || at == 0.0 => format!("{value:.1} %"),
        at if at >= 0.1 => format!("{value:.2} %"),
        _ => format!("{value:.3} %"),
    }
}

/// `31,231`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How often chance alone does this: `3 of 1,000 experiments`.
pub fn chance(p: f64) -> String {
    if p < 1e-6 {
        return "fewer than 1 of 1,000,000 experiments".to_owned();
    }
    let of: u64 = [100, 1_000, 10_000, 100_000].into_iter().find(|of| p * *of as f64 >= 1.0).unwrap_or(1_000_000);
    format!("{} of {} experiments", count((p * of as f64).round() as u64), count(of))
}

/// `4.2 % higher`, `1.0 % lower`.
pub fn change(lift: f64) -> String {
    format!("{} {}", percent(lift.abs()), if lift < 0.0 { "lower" } else { "higher" })
}

/// `between 1.1 % lower and 7.4 % higher`, or what can be said where the interval has no end.
pub fn range(lift: &LiftEstimate) -> String {
    match (lift.low, lift.high, lift.outside) {
        (Some(low), Some(high), false) if low >= 0.0 => format!("between {} and {} higher", percent(low), percent(high)),
        (Some(low), Some(high), false) if high <= 0.0 => format!("between {} and {} lower", percent(-high), percent(-low)),
        (Some(low), Some(high), false) => format!("between {} and {}", change(low), change(high)),
        (Some(_), Some(_), true) => "by how much cannot be bounded: the control's own figure could be 0".to_owned(),
        _ => "by how much cannot be said: the control's own figure could be 0".to_owned(),
    }
}

/// A p-value: `0.034`, `2e-7`.
pub fn small(p: f64) -> String {
    match p {
        p if p >= 0.001 => format!("{p:.3}"),
        p if p > 0.0 => format!("{p:.0e}"),
        _ => "less than 1e-300".to_owned(),
    }
}

/// A figure of a metric with its unit: `3.42 EUR`.
pub fn figure(value: f64, unit: &str) -> String {
    let number = match value.abs() {
        at if at >= 1000.0 => format!("{value:.0}"),
        at if at >= 1.0 => format!("{value:.2}"),
        0.0 => "0".to_owned(),
        _ => format!("{value:.4}"),
    };
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

/// What is randomised, as a plural.
pub fn units(unit: Unit) -> &'static str {
    match unit {
        Unit::Visitor => "visitors",
        Unit::Product => "products",
        Unit::Seller => "sellers",
        Unit::Slot { .. } => "time slots",
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        assert_eq!([percent(0.042), percent(0.0042), percent(0.00042), percent(0.0)], ["4.2 %", "0.42 %", "0.042 %", "0.0 %"]);
        assert_eq!([count(999), count(31_231), count(1_000_000)], ["999", "31,231", "1,000,000"]);
        assert_eq!(
            [chance(0.04), chance(0.003), chance(1e-9)].map(|text| text.replace(" experiments", "")),
            ["4 of 100", "3 of 1,000", "fewer than 1 of 1,000,000"]
        );
        let lift = |low, high| LiftEstimate { value: 0.0, low: Some(low), high: Some(high), outside: false };
        assert_eq!(range(&lift(0.011, 0.074)), "between 1.1 % and 7.4 % higher");
        assert_eq!(range(&lift(-0.011, 0.074)), "between 1.1 % lower and 7.4 % higher");
        assert_eq!(range(&lift(-0.074, -0.011)), "between 1.1 % and 7.4 % lower");
        assert!(range(&LiftEstimate { outside: true, ..lift(-2.0, 2.0) }).contains("cannot be bounded"));
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!([figure(3.418, "EUR"), figure(0.0512, ""), figure(0.0, "")], ["3.42 EUR", "0.0512", "0"]);
    }
}
