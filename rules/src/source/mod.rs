//! Reading a pack's text: where each thing stands, and its fields one by one, so that every finding has a place.

pub(crate) mod fields;
pub(crate) mod locate;
