//! Whether names tell anything at all.

use crate::json::{Document, NodeKind};
use crate::secrets::names::{self, NamePlace, NameTells, Speaks};

/// Whether no name in a value tells of a secret. Then [`super::Redactor::learn`] learns nothing of it.
pub fn are_silent(document: &Document, first: usize) -> bool {
    let nodes = &document.nodes()[first..document.nodes()[first].next];
    nodes.iter().all(|node| match document.key(node) {
        // Of two items, one may name the other.
        None => node.kind != NodeKind::Array || node.depth == nodes[0].depth,
        Some(key) => match names::speaks(&key) {
            Speaks::Nothing => true,
            Speaks::Yes => false,
            Speaks::OfOthers => document.string(node).is_none_or(|name| {
                matches!(
                    names::tells(&name, NamePlace::Field),
                    NameTells::Nothing | NameTells::About
                )
            }),
        },
    })
}
