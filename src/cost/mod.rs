//! What invocations cost: Segment bills the time that they take, retries included. Values only: the engine
//! measures, and reports show.

mod agree;
mod cost;
mod figures;
mod handler_cost;
mod invocation_cost;
mod rise;
mod spread;
mod volume;

pub use self::agree::agree;
pub use self::cost::{Cost, CostFigures};
pub use self::figures::Figures;
pub use self::invocation_cost::{InvocationCost, Usage};
pub use self::rise::{CostRise, rises};
pub use self::volume::{Volume, VolumeError};
