//! Marks by which a file says of itself that its picture is synthetic: IPTC's digital source type in XMP or C2PA, the notices that
//! generators leave. Only words that mean exactly this are looked for; a file without them has said nothing.

use super::bytes::contains;

/// What was found so far.
#[derive(Debug, Default)]
pub struct Marks {
    /// The picture is synthetic.
    pub ai: bool,
    /// Its XMP subject says that it shows a synthetic person.
    pub performer: bool,
}

impl Marks {
    /// Nothing more can be learned.
    pub fn are_complete(&self) -> bool {
        self.ai && self.performer
    }

    /// An XMP packet. `trainedAlgorithmicMedia` and its composites stand in `Iptc4xmpExt:DigitalSourceType`;
    /// `contains-synthetic-performer` in `dc:subject`; one vendor uses `photoshop:Credit`.
    pub fn xmp(&mut self, packet: &[u8]) {
        self.performer |= contains(packet, b"dc:subject") && contains(packet, b"contains-synthetic-performer");
        self.ai |= self.performer
            || (contains(packet, b"digitalsourcetype") && has_synthetic_source_type(packet))
            || contains(packet, b"made with google ai");
    }

    /// IPTC-IIM records (the `8BIM` resources that hold them).
    pub fn iptc(&mut self, records: &[u8]) {
        self.ai |= has_synthetic_source_type(records) || contains(records, b"made with google ai");
    }

    /// A C2PA manifest store (JUMBF boxes). The source type stands as text in the actions assertion, of this picture or of one
    /// that went into it.
    pub fn c2pa(&mut self, boxes: &[u8]) {
        self.ai |= contains(boxes, b"c2pa") && has_synthetic_source_type(boxes);
    }

    /// A PNG text chunk, as common generators write them.
    pub fn png_text(&mut self, keyword: &[u8], text: &[u8]) {
        self.ai |= match keyword {
            b"XML:com.adobe.xmp" => return self.xmp(text),
            b"parameters" | b"Comment" | b"Description" => is_generation_recipe(text),
            b"prompt" | b"workflow" => contains(text, b"\"class_type\"") || contains(text, b"ksampler"),
            b"invokeai_metadata" | b"sd-metadata" | b"Dream" => true,
            b"Software" => text.starts_with(b"NovelAI"),
            _ => false,
        };
    }
}

/// A sampler's settings as the common generators print them: none of these words alone would do.
pub fn is_generation_recipe(text: &[u8]) -> bool {
    let settings = [&b"steps: "[..], b"sampler: ", b"cfg scale: ", b"seed: "];
    let json = [&b"\"steps\":"[..], b"\"sampler\":", b"\"scale\":", b"\"seed\":"];
    [settings, json].iter().any(|words| words.iter().filter(|word| contains(text, word)).count() >= 3)
}

/// <https://cv.iptc.org/newscodes/digitalsourcetype/>. `algorithmicMedia` (fractals, plots) is left out: no trained model made it.
fn has_synthetic_source_type(bytes: &[u8]) -> bool {
    contains(bytes, b"trainedalgorithmicmedia") || contains(bytes, b"digitalsourcetype/compositesynthetic")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xmp(packet: &str) -> bool {
        let mut marks = Marks::default();
        marks.xmp(packet.as_bytes());
        marks.ai
    }

    #[test]
    fn source_types_of_trained_models_count_and_others_do_not() {
        let packet = |kind: &str| {
            format!("<rdf:Description Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/{kind}\"/>")
        };
        for kind in ["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"] {
            assert!(xmp(&packet(kind)), "{kind}");
        }
        for kind in ["digitalCapture", "algorithmicMedia", "humanEdits", "composite"] {
            assert!(!xmp(&packet(kind)), "{kind}");
        }
        assert!(!xmp("<dc:title>how trainedAlgorithmicMedia is marked</dc:title>"));
    }

    #[test]
    fn a_synthetic_performer_is_marked_in_the_subject_and_makes_the_picture_synthetic() {
        let marks = |packet: &str| {
            let mut marks = Marks::default();
            marks.xmp(packet.as_bytes());
            (marks.performer, marks.ai)
        };
        assert_eq!(marks("<dc:subject><rdf:Bag><rdf:li>contains-synthetic-performer</rdf:li></rdf:Bag></dc:subject>"), (true, true));
        assert_eq!(marks("<dc:subject><rdf:Bag><rdf:li>shoe</rdf:li></rdf:Bag></dc:subject>"), (false, false));
        assert_eq!(marks("<dc:title>what contains-synthetic-performer means</dc:title>"), (false, false));
        assert_eq!(marks("<x Iptc4xmpExt:DigitalSourceType='trainedAlgorithmicMedia'/>"), (false, true));
    }

    #[test]
    fn a_text_chunk_counts_only_with_a_recipe_in_it() {
        let marked = |keyword: &str, text: &str| {
            let mut marks = Marks::default();
            marks.png_text(keyword.as_bytes(), text.as_bytes());
            marks.ai
        };
        assert!(marked("parameters", "a red shoe\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"));
        assert!(marked("prompt", "{\"3\": {\"class_type\": \"KSampler\"}}"));
        assert!(!marked("parameters", "shutter 1/60"));
        assert!(!marked("Description", "steps: 3 wooden steps"));
        assert!(!marked("Software", "Adobe Photoshop"));
    }
}
