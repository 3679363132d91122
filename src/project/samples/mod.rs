//! A library of events after Segment's spec, and of webhooks, for whoever has none of their own yet. The events
//! are templates in `data/`: ids, times and the person follow from a seed.

mod late;
mod library;
mod sample;
mod template;

pub use self::late::{LateSamples, late_samples};
pub use self::library::{SampleGroup, UnknownSample, find, for_handlers, groups, value_named};
pub use self::sample::{SCHEME, Sample};
