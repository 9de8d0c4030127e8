//! The models that are built into the program. They were tried when they were made, and their bytes are held against their hash at
//! every start: they need no trial of their own.

/// Manifest and graph of each shipped model, in the order of the vocabulary. A new one is one line here beside its files in
/// `detectors/models/`.
pub fn shipped() -> &'static [(&'static str, &'static str, &'static [u8])] {
    &[("listing.yaml", include_str!("../../models/listing.yaml"), include_bytes!("../../models/listing.onnx"))]
}
