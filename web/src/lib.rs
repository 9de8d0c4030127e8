//! The doors of Vitrine: command line and HTTP.
