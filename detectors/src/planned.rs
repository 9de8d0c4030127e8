//! Signals that the vocabulary knows and nothing measures yet: rules may name them, and are told that they are *not measurable yet*.

use vitrine_engine::SignalSpec;

/// Their descriptions. A name that a registered detector claims is left out of the catalogue by [`crate::catalog`].
pub fn signals() -> Vec<SignalSpec> {
    vec![
        SignalSpec::ratio(
            "text_overlay_score",
            "Probability that text or graphics were added over the photograph; print on the product does not count.",
        ),
        SignalSpec::ratio("text_overlay_ratio", "Share of the frame's area under added text or graphics."),
        SignalSpec::integer("text_overlay_cells", 0.0, 100.0, "Cells of a 10 x 10 grid touched by added text or graphics."),
        SignalSpec::ratio("watermark_score", "Probability of a semi-transparent mark, tiled or in a corner."),
        SignalSpec::ratio("collage_score", "Probability that several pictures share the frame."),
        SignalSpec::ratio("illustration_score", "Probability that the picture is a drawing, render or graphic instead of a photograph."),
        SignalSpec::ratio("person_score", "Probability that a person, or part of one, is in the picture."),
        SignalSpec::integer("face_count", 0.0, 1000.0, "Human faces in the picture."),
        SignalSpec::ratio("quality_score", "Learned overall technical quality, higher is better."),
        SignalSpec::ratio(
            "logo_overlay_score",
            "Probability that a logo was added over the photograph; a logo on the product does not count.",
        ),
        SignalSpec::ratio("promotion_overlay_score", "Probability of an added price, claim, call to action, service or contact text."),
        SignalSpec::ratio("rating_overlay_score", "Probability of added star ratings or review quotations."),
        SignalSpec::ratio("marketplace_badge_score", "Probability of a marketplace's own badge or mark, or one made to look like it."),
        SignalSpec::ratio("seal_overlay_score", "Probability of an added certificate, test seal or award."),
        SignalSpec::ratio("energy_label_score", "Probability that an energy label is shown inside the photograph."),
        SignalSpec::ratio("mannequin_score", "Probability that a mannequin, bust, form or hanger is visible, whole or in part."),
        SignalSpec::ratio("child_score", "Probability that a person shown is a child."),
        SignalSpec::text(
            "model_pose",
            &["none", "standing", "sitting", "kneeling", "lying", "other"],
            "Pose of the person wearing the product; `none` without a person.",
        ),
        SignalSpec::ratio("nudity_score", "Probability of nudity."),
        SignalSpec::ratio("suggestive_score", "Probability of a sexually suggestive picture."),
        SignalSpec::ratio("packaging_score", "Probability that packaging is visible."),
        SignalSpec::ratio("packaging_only_score", "Probability that packaging is visible and the product itself is not."),
        SignalSpec::ratio("tag_score", "Probability that a hang tag or price label is visible on the product."),
        SignalSpec::ratio("prop_score", "Probability that things are shown which are not part of the offer."),
        SignalSpec::ratio("lifestyle_score", "Probability that the product is shown in use or in a staged scene."),
        SignalSpec::integer("product_count", 0.0, 1000.0, "Units of the offered product shown; included accessories do not count."),
        SignalSpec::integer("view_count", 0.0, 100.0, "Views of the same product combined in one picture."),
        SignalSpec::text(
            "view",
            &["front", "back", "side", "three_quarter", "top", "bottom", "inside", "detail", "other"],
            "From where the product is seen.",
        ),
        SignalSpec::number(
            "yaw_deg",
            -180.0,
            180.0,
            "Turn of the product about its upright axis: 0 faces the camera, negative points to the picture's left.",
        )
        .unit("deg"),
        SignalSpec::ratio("flat_lay_score", "Probability that a garment is shown laid flat, without a wearer or a form."),
        SignalSpec::ratio("crease_score", "Visible creases in fabric, higher is worse."),
        SignalSpec::ratio("jagged_edge_score", "Stair-stepped outlines from careless cutting out or scaling, higher is worse."),
        SignalSpec::ratio("fade_to_white_score", "How far a subject that leaves the frame fades into white before the edge, 1 = wholly."),
        SignalSpec::text("background_kind", &["white", "plain", "gradient", "pattern", "graphic", "photograph"], "What the background is."),
        SignalSpec::ratio("ai_generated_score", "Probability, from the pixels, that the picture was made by a generative model."),
        SignalSpec::text(
            "duplicate_of",
            &[],
            "Id of the better candidate of the same product that this picture repeats; missing where it repeats none.",
        ),
        SignalSpec::ratio("stock_photo_score", "Probability that the same photograph serves other sellers' offers too."),
        SignalSpec::integer("product_image_count", 0.0, 1000.0, "Pictures the offer shows in all."),
        SignalSpec::flag("standard_views_present", "The offer's pictures show the product from the front, the side and the back."),
        SignalSpec::flag("product_has_video", "The offer has a video."),
        SignalSpec::text(
            "product_condition",
            &["new", "refurbished", "used", "damaged", "defective"],
            "Condition of the offered product, from the catalogue.",
        ),
        SignalSpec::text("product_segment", &["standard", "premium", "designer"], "Assortment the product belongs to, from the catalogue."),
        SignalSpec::text(
            "offer_kind",
            &["single", "bundle", "multipack"],
            "Whether one thing, several different things, or several of one kind are sold together, from the catalogue.",
        ),
        SignalSpec::ratio("title_match_score", "How well the picture's subject, quantity and scale agree with the offer's title."),
        SignalSpec::ratio("color_match_score", "How well the subject's colour agrees with the colour of the offered variant."),
    ]
}
