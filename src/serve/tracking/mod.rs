//! The Tracking API: what SDKs send, and what the platform puts on it (docs/serve.md).

mod endpoint;
mod enrich;
mod fields;
mod key;
mod parse;
mod pixel;
mod settings;

pub use self::endpoint::{Endpoint, SCRIPTS};
pub use self::enrich::{Enriched, Sender, enrich};
pub use self::key::write_key;
pub use self::parse::{
    Arrived, ArrivedEvents, LARGEST_BATCH, TrackingError, parse_batch, parse_event,
};
pub use self::pixel::{GIF, pixel_event};
pub use self::settings::project_settings;
