//! Samples for a function that has yet to be loaded.

use std::sync::mpsc;

use crate::function::Input;
use crate::project::samples::library::for_handlers;

/// Samples that are chosen once it is known which handlers a function has.
pub struct LateSamples(Option<mpsc::Sender<Vec<Input>>>);

/// The samples as inputs of a run that has yet to load its function: none, unless they are `wanted`.
/// The iterator waits until [`LateSamples::choose`] is called, or the other half is dropped.
pub fn late_samples(wanted: bool) -> (LateSamples, impl Iterator<Item = Vec<Input>> + Send) {
    let (chosen, samples) = mpsc::channel();
    (LateSamples(wanted.then_some(chosen)), samples.into_iter())
}

impl LateSamples {
    /// Chooses those for `handlers`. Only the first call counts.
    pub fn choose(&mut self, handlers: &[String]) {
        if let Some(chosen) = self.0.take() {
            // Nobody listens any more where the run has ended already.
            let _ = chosen.send(for_handlers(handlers));
        }
    }
}
