//! The runtime's side of AWS Lambda: the API that gives invocations and takes what came of them, and what an invocation
//! asks of segfn.
//!
//! The crate `lambda_runtime` does the same, but is 0.23 MB of what is published; these are four requests, for which there
//! is a door.

mod failure;
mod runtime_api;
mod task;

pub use self::failure::LambdaFailure;
pub use self::runtime_api::{LambdaInvocation, RuntimeApi, RuntimeApiError};
pub use self::task::{LambdaTask, TaskError};
