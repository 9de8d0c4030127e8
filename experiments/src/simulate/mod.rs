//! Worlds of known truth: what shoppers do when an effect of a stated size is there, drawn from a seed. Methods are judged by what they
//! say of ten thousand of them, and whoever learns to read a report can be shown one.
//!
//! [`worlds`] draws the units of one experiment, [`selections`] what pictures are shown and clicked, [`run`] draws many experiments: the same ones on any number of threads.

pub mod run;
pub mod selections;
pub mod shop;
pub mod worlds;
