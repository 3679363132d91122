//! A function to begin with, with its cases and what runs them in CI.

mod starter;

pub use self::starter::{Starter, StarterError};
