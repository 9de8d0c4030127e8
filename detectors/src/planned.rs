//! Signals that the vocabulary knows and nothing measures yet: rules may name them, and are told that they are *not measurable yet*.

use vitrine_engine::SignalSpec;

/// Their descriptions. A name that a registered detector claims is left out of the catalogue by [`crate::catalog`].
pub fn signals() -> Vec<SignalSpec> {
    vec![
        SignalSpec::ratio("quality_score", "Learned overall technical quality; higher is better."),
        SignalSpec::ratio("shadow_score", "Probability of a visible drop shadow or reflection under the subject."),
        SignalSpec::integer("subject_count", 0.0, 1000.0, "Separate subjects in the picture."),
        SignalSpec::ratio(
            "text_overlay_score",
            "Probability of text or graphics added over the photograph (print on the product does not count).",
        ),
        SignalSpec::ratio("text_overlay_ratio", "Share of the picture covered by added text or graphics."),
        SignalSpec::integer("text_overlay_cells", 0.0, 100.0, "Cells of a 10x10 grid touched by added text or graphics."),
        SignalSpec::ratio("watermark_score", "Probability of a semi-transparent mark, tiled or in a corner."),
        SignalSpec::ratio("illustration_score", "Probability of a drawing or a render instead of a photograph."),
        SignalSpec::ratio("person_score", "Probability that a person, or part of one, is in the picture."),
        SignalSpec::integer("face_count", 0.0, 1000.0, "Faces in the picture."),
    ]
}
