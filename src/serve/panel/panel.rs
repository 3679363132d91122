//! What the panel is about.

use std::sync::Arc;

use tokio::sync::watch;

use crate::http_server::Guard;
use crate::net::Faults;
use crate::serve::pipeline::Pipeline;
use crate::serve::programs::Programs;
use crate::serve::served_function::ServedFunction;

/// The page and its API.
pub struct Panel {
    pub pipeline: Arc<Pipeline>,
    pub functions: Vec<Arc<ServedFunction>>,
    pub programs: Arc<dyn Programs>,
    /// What goes wrong with functions' requests, where the system lets processes share it.
    pub faults: Option<Faults>,
    /// Who may ask.
    pub guard: Guard,
    /// Changes whenever a function does.
    pub changed: watch::Sender<u64>,
}
