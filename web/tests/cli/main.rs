//! The program as people run it: arguments in, lines and exit codes out.

mod assess;
mod hostile;
mod sample;
mod select;
mod support;
