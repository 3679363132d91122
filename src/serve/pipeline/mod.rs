//! The way of an event through functions, filters and retries, as on the platform (docs/serve.md).

mod batcher;
mod delivery;
mod filter;
mod journey;
mod known;
mod pipeline;
mod retries;
mod routes;
mod way;

pub use self::journey::RowChange;
pub use self::pipeline::{Arrivals, Pipeline, PipelineOptions};
pub use self::retries::RetrySpeed;
pub use self::routes::Routes;
