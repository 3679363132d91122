//! What could not be read of the inputs.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::project::inputs::error::InputError;

/// What could not be read so far. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Problems(Arc<Mutex<Vec<InputError>>>);

impl Problems {
    /// Takes the problems that came up since the last call.
    pub fn take(&self) -> Vec<InputError> {
        std::mem::take(&mut *self.0.lock())
    }

    pub(super) fn push(&self, problem: InputError) {
        self.0.lock().push(problem);
    }
}
