//! What is open.

use deno_core::{OpState, Resource, ResourceId};

/// The resources with this name, which are all of the type `T`, of which `is` holds.
pub(super) fn resources_that<T: Resource>(
    state: &OpState,
    name: &str,
    is: impl Fn(&T) -> bool,
) -> Vec<ResourceId> {
    let table = &state.resource_table;
    let named = table.names().filter(|(_, known)| known == name);
    named
        .map(|(rid, _)| rid)
        .filter(|rid| table.get::<T>(*rid).is_ok_and(|resource| is(&resource)))
        .collect()
}
