//! Detectors: signals measured on pictures.
