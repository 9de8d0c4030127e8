//! The words of the report that need a definition: shown on hover, and listed at the end for print.

/// A word and what it means.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// As it stands in the report.
    pub word: &'static str,
    /// In a sentence.
    pub definition: &'static str,
}

macro_rules! terms {
    ($($name:ident: $word:literal = $definition:literal;)*) => {
        $(pub static $name: Term = Term { word: $word, definition: $definition };)*
    };
}

terms! {
    DIFFERENCE: "Difference" = "The treatment’s figure minus the control’s. Decisions are made on it, never on the lift. Where the time before the start adjusts it, it is not exactly the difference of the two figures shown.";
    INTERVAL: "Fixed interval" = "The differences that the data do not contradict when they are looked at once, at the planned end. In the long run it covers the truth as often as planned, usually 95 times in 100.";
    ANY_TIME: "Any-time interval" = "The same, but right at every moment: it covers the truth on all days together, however often one looks. It is wider than the fixed one; that is the price of looking early.";
    LIFT: "Lift" = "The difference in per cent of the control’s figure, with Fieller’s interval. Where the control’s figure could be 0 the interval has no end, and the report says so.";
    P: "p" = "How often chance alone would show a difference at least this large if there were none.";
    ADJUSTED_P: "Adjusted p" = "p corrected for the number of metrics, variants or segments that were looked at together.";
    CHANCE: "Chance to be better" = "Given the data and what was believed before, how probable it is that the treatment is better at all, by however little.";
    LOSS: "Expected loss" = "What would be lost on average by shipping the treatment in the cases in which it is worse.";
    MARGIN: "Margin" = "How much worse a guardrail may become, relative to the control. It was fixed before the start.";
    GUARDRAIL: "Guardrail" = "A metric that must not get worse by more than its margin. It holds when that is shown, not when nothing was seen.";
    VARIANCE: "Variance explained" = "Share of the noise that what the same units did before the start explains; the difference is adjusted by it (CUPED).";
    SHRUNKEN: "Drawn together" = "The segment’s difference drawn towards that of all units, the more so the fewer units it has: the best guess for one segment among many.";
    HETEROGENEITY: "Do segments differ?" = "p of the statement that all segments have the same effect. A large one means that the differences between segments are what chance makes.";
    RULE_SHARE: "Part of the effect" = "The effect split over rules in proportion to how much more or less often they act. An attribution, not a measurement.";
    UNADJUSTED: "Without adjustment" = "The difference as it is without what the same units did before the start.";
    UNCAPPED: "Without the cap" = "The difference with every unit’s total counted in full.";
}
