//! The way of an event through functions, filters and retries, as on the platform (docs/serve.md).

mod arrive;
mod batcher;
mod calls;
mod delivery;
mod event_text;
mod filter;
mod journey;
mod known;
mod pipeline;
mod retries;
mod routes;
mod way;

pub use self::arrive::Arrivals;
pub use self::journey::RowChange;
pub use self::pipeline::{Pipeline, PipelineOptions};
pub use self::retries::RetrySpeed;
pub use self::routes::Routes;
