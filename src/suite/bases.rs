//! The cases that others are variations of.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use parking_lot::Mutex;

use super::case_definition::CaseDefinition;
use super::case_error::CaseError;
use super::find::CaseLocation;

/// The cases that others are variations of (`from`), each read when the first of its variations
/// needs it.
#[derive(Default)]
pub struct Bases(Mutex<BTreeMap<String, Arc<CaseDefinition>>>);

impl Bases {
    /// The case called `name`, which is at `location`.
    pub fn read(
        &self,
        name: &str,
        location: &CaseLocation,
    ) -> Result<Arc<CaseDefinition>, CaseError> {
        match self.0.lock().entry(name.to_owned()) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(free) => {
                let read = Arc::new(CaseDefinition::read(location)?);
                Ok(free.insert(read).clone())
            }
        }
    }
}
