//! No secret gets out, in whatever form and wherever.

mod forms;
mod met;
mod sinks;
