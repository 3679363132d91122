//! Runs over many machines: parts of the inputs, and what came of them added up.

mod cases;
mod driver;
mod listing;
mod parts;
mod stores;
mod workspace;
mod wrong_parts;
