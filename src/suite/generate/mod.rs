//! Makes cases from a tracking plan: of each event all fields, the required ones only, each one missing, and each
//! one of a wrong type.

mod example;
mod generate;
mod pattern;
mod variation;

pub use self::generate::{FoundFlaw, GenerateRequest, Generated, generate};
