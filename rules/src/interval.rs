//! Intervals: what a number can be when its signals lie within bounds. Closed, and exact: rounding to nearest keeps order, so the
//! corners of an operation bound all that lies between. Open bounds are the next number down or up.

use crate::tree::{Arithmetic, Comparison, Function};

/// All finite numbers from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Interval {
    /// Every finite number.
    pub(crate) const ALL: Self = Self { low: f64::MIN, high: f64::MAX };

    pub(crate) fn point(number: f64) -> Self {
        Self { low: number, high: number }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.low > self.high
    }

    fn is_point(self) -> bool {
        self.low == self.high
    }

    /// The whole numbers in it, when it is to hold only those.
    pub(crate) fn whole(self) -> Self {
        Self { low: self.low.ceil(), high: self.high.floor() }
    }

    /// What is left of it where `self comparison other` holds for some number of `other`.
    pub(crate) fn where_compared(self, comparison: Comparison, other: Self) -> Self {
        let Self { low, high } = self;
        match comparison {
            Comparison::Less => Self { low, high: high.min(other.high.next_down()) },
            Comparison::LessOrEqual => Self { low, high: high.min(other.high) },
            Comparison::Greater => Self { low: low.max(other.low.next_up()), high },
            Comparison::GreaterOrEqual => Self { low: low.max(other.low), high },
            Comparison::Equal => Self { low: low.max(other.low), high: high.min(other.high) },
            Comparison::NotEqual if other.is_point() && self.is_point() && low == other.low => Self { low: 1.0, high: 0.0 },
            Comparison::NotEqual if other.is_point() && low == other.low => Self { low: low.next_up(), high },
            Comparison::NotEqual if other.is_point() && high == other.high => Self { low, high: high.next_down() },
            Comparison::NotEqual => self,
        }
    }

    /// Bounds of an operation; `None` where it may have no value at all in between (division by an interval around 0).
    pub(crate) fn arithmetic(operation: Arithmetic, left: Self, right: Self) -> Option<Self> {
        match operation {
            Arithmetic::Add => Some(Self { low: left.low + right.low, high: left.high + right.high }.finite()),
            Arithmetic::Subtract => Some(Self { low: left.low - right.high, high: left.high - right.low }.finite()),
            Arithmetic::Multiply => Some(Self::hull(corners(left, right, |a, b| a * b))),
            Arithmetic::Divide if right.low <= 0.0 && right.high >= 0.0 => None,
            Arithmetic::Divide => Some(Self::hull(corners(left, right, |a, b| a / b))),
            Arithmetic::Remainder => {
                let most = right.low.abs().max(right.high.abs());
                Some(Self { low: left.low.min(0.0).max(-most), high: left.high.max(0.0).min(most) })
            }
        }
    }

    /// Bounds of a function of as many intervals as it takes.
    pub(crate) fn call(function: Function, arguments: &[Self]) -> Self {
        let lows: Vec<f64> = arguments.iter().map(|argument| argument.low).collect();
        let highs: Vec<f64> = arguments.iter().map(|argument| argument.high).collect();
        match (function, arguments) {
            (Function::Abs, [x]) if x.low <= 0.0 && x.high >= 0.0 => Self { low: 0.0, high: x.high.max(-x.low) },
            (Function::Abs, [x]) => Self::hull([x.low.abs(), x.high.abs()]),
            // All others never fall when an argument rises.
            _ => Self { low: function.apply(&lows), high: function.apply(&highs) },
        }
    }

    pub(crate) fn negate(self) -> Self {
        Self { low: -self.high, high: -self.low }
    }

    fn hull(numbers: impl IntoIterator<Item = f64>) -> Self {
        let empty = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };
        let hull = numbers.into_iter().fold(empty, |hull, number| Self { low: hull.low.min(number), high: hull.high.max(number) });
        hull.finite()
    }

    /// A number that is not finite makes its comparison unknown; what is left are the finite ones.
    fn finite(self) -> Self {
        Self { low: self.low.clamp(f64::MIN, f64::MAX), high: self.high.clamp(f64::MIN, f64::MAX) }
    }
}

fn corners(left: Interval, right: Interval, operation: fn(f64, f64) -> f64) -> [f64; 4] {
    [operation(left.low, right.low), operation(left.low, right.high), operation(left.high, right.low), operation(left.high, right.high)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn interval() -> impl Strategy<Value = Interval> {
        (-1e3..1e3f64, 0.0..1e3f64).prop_map(|(low, width)| Interval { low, high: low + width })
    }

    fn inside(interval: Interval, share: f64) -> f64 {
        (interval.low + (interval.high - interval.low) * share).clamp(interval.low, interval.high)
    }

    proptest! {
        #[test]
        fn no_result_lies_outside_the_bounds(a in interval(), b in interval(), s in 0.0..=1.0f64, t in 0.0..=1.0f64) {
            let (x, y) = (inside(a, s), inside(b, t));
            for operation in [Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply, Arithmetic::Divide, Arithmetic::Remainder] {
                if let (Some(bounds), Some(value)) = (Interval::arithmetic(operation, a, b), operation.apply(x, y)) {
                    prop_assert!(bounds.low <= value && value <= bounds.high, "{operation:?} {value} {bounds:?}");
                }
            }
            for function in Function::ALL {
                let (intervals, numbers) = ([a, b, a, b], [x, y, x, y]);
                let count = *function.takes().end();
                let (bounds, value) = (Interval::call(function, &intervals[..count]), function.apply(&numbers[..count]));
                prop_assert!(bounds.low <= value && value <= bounds.high, "{function:?} {value} {bounds:?}");
            }
        }

        #[test]
        fn comparing_keeps_every_number_that_fits(a in interval(), b in interval(), s in 0.0..=1.0f64, t in 0.0..=1.0f64) {
            use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
            let (x, y) = (inside(a, s), inside(b, t));
            for comparison in [Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual] {
                let left = a.where_compared(comparison, b);
                prop_assert!(!comparison.holds(x, y) || (left.low <= x && x <= left.high));
            }
        }
    }
}
