//! The sample catalogue: drawn products with light and shadow, on white and in scenes, and the faults that rules speak of.
//! Everything depends on the seed alone. Knows nothing of rules, detectors or how the pictures will be judged.

pub mod catalogue;
pub mod defect;
pub mod geometry;
pub mod lettering;
pub mod material;
pub mod noise;
pub mod picture;
pub mod products;
pub mod render;
pub mod scene;

pub use catalogue::{Drawn, Settings, draw};
