//! The clock of an embedded AWS.

use std::sync::Arc;
use std::time::SystemTime;

/// What tells the embedded AWS the time.
pub type TimeSource = Arc<dyn Fn() -> SystemTime + Send + Sync>;
