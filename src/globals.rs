//! The table of the globals that functions have (docs/platform.md section 3), as js/globals.json
//! has it: the runtime's JavaScript makes them from the same file.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The state of the platform's documentation whose packages these are.
pub const PACKAGES_OF: &str = "November 2025";

const TABLE: &str = include_str!("../js/globals.json");

/// A global.
#[derive(Debug, Deserialize, Serialize)]
pub struct Global {
    pub name: String,
    /// The npm packages that it is, and their versions on the platform.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub packages: Map<String, Value>,
    /// What else it is: `Node 20` or `Segment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The kinds of function that have it, by the names that users give them; empty if all do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// What its first touch took in a release build, in milliseconds; absent where that can't be
    /// measured. Nothing is paid before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Not promised by the platform's documentation, but of Node 20 and harmless.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// The bundle that holds it; of that only a `member`, or in an object under the name `inner`.
    #[serde(default, skip_serializing)]
    pub module: Option<String>,
    #[serde(default, skip_serializing)]
    pub member: Option<String>,
    #[serde(default, skip_serializing)]
    pub inner: Option<String>,
    /// Its type in TypeScript, where that doesn't follow from the rest.
    #[serde(default, skip_serializing)]
    pub types: Option<String>,
}

impl Global {
    /// Such as `lodash 4.17.19`, or `Node 20`.
    pub fn origin(&self) -> String {
        let packages: Vec<String> = self
            .packages
            .iter()
            .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or_default()))
            .collect();
        match &self.from {
            Some(from) => from.clone(),
            None => packages.join(", "),
        }
    }

    /// Its notes, and the kinds of function that have it if not all do.
    pub fn remarks(&self) -> String {
        let kinds = match self.kinds.is_empty() {
            true => None,
            false => Some(format!("{} only", self.kinds.join(", "))),
        };
        let parts: Vec<String> = kinds.into_iter().chain(self.notes.clone()).collect();
        parts.join("; ")
    }

    /// Such as `13 ms`.
    pub fn shown_cost(&self) -> String {
        match self.cost {
            Some(cost) if cost >= 9.5 => format!("{cost:.0} ms"),
            Some(cost) => format!("{cost:.1} ms"),
            None => String::new(),
        }
    }
}

/// All of them, the platform's own first.
///
/// # Panics
/// Never: a test reads the table.
pub fn table() -> Vec<Global> {
    serde_json::from_str(TABLE).unwrap_or_else(|error| unreachable!("js/globals.json: {error}"))
}

/// What docs/globals.md says of them, as a table in Markdown.
pub fn markdown() -> String {
    let mut text = String::from("| global | what it is | first touch | |\n|---|---|---|---|\n");
    for global in table().iter().filter(|global| !global.extra) {
        let notes = global.remarks();
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {notes} |",
            global.name,
            global.origin(),
            global.shown_cost()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_docs_have_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/globals.md");
        let docs = std::fs::read_to_string(path).expect("the docs");
        let start = docs.find("| global |").expect("a table");
        let end = docs[start..]
            .find("\n\n")
            .map_or(docs.len(), |end| start + end + 1);
        let table = markdown();
        if std::env::var_os("SEGFN_WRITE_DOCS").is_some() {
            let repaired = format!("{}{table}{}", &docs[..start], &docs[end..]);
            std::fs::write(path, repaired).expect("the docs can be written");
        } else {
            assert_eq!(
                docs[start..end],
                table,
                "repair with: SEGFN_WRITE_DOCS=1 cargo test --lib globals"
            );
        }
    }
}
