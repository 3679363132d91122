//! What a worker process is started for.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::handover::WorkerHandover;

/// What a process is started for.
#[derive(Serialize, Deserialize)]
pub enum Assignment {
    Inputs(Box<WorkerHandover>),
    Jobs {
        /// In which the jobs' folders are made.
        folder: PathBuf,
        credentials: bool,
    },
    #[cfg(target_os = "linux")]
    Probe,
}
