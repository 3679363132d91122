//! The ways in which two versions can differ, in terms that the differences of many inputs share.

use serde::{Deserialize, Serialize};

use crate::json::{FieldPath, PathPart};

/// One way in which outcomes differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DifferenceKind {
    /// What the platform would do.
    Class { base: String, candidate: String },
    /// The handler, or that there was one.
    Handler { base: String, candidate: String },
    /// The type of error; `none` where there was none.
    Error { base: String, candidate: String },
    /// A field of the outcome, with `[*]` for places in lists.
    Field { path: FieldPath },
    /// A request, message or log that only one side has.
    Item {
        of: ItemOf,
        /// Such as `POST https://api.example.com/users/*` or `track Order Completed`.
        name: String,
        /// Whether it is the candidate that has it.
        added: bool,
    },
    /// An object in the embedded S3 after the runs.
    Stored {
        /// Such as `s3://bucket/orders/*`.
        name: String,
        change: StoredChange,
    },
}

/// How an object of the embedded S3 differs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StoredChange {
    /// Its bytes.
    Content,
    /// What was said of it when it was stored: `ContentType`, `Metadata.source`.
    Attribute(FieldPath),
    /// Only the base stored it.
    Missing,
    /// Only the candidate stored it.
    Added,
}

/// What is in the lists of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ItemOf {
    Exchanges,
    Events,
    Objects,
    Logs,
}

impl ItemOf {
    /// What one of them is called.
    pub fn name(self) -> &'static str {
        match self {
            ItemOf::Exchanges => "request",
            ItemOf::Events => "message",
            ItemOf::Objects => "object",
            ItemOf::Logs => "log",
        }
    }

    /// The names that lead to the list.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            ItemOf::Exchanges => &["exchanges"],
            ItemOf::Events => &["messages", "events"],
            ItemOf::Objects => &["messages", "objects"],
            ItemOf::Logs => &["logs"],
        }
    }

    /// What stands for any item of the list.
    pub fn any_item(self) -> FieldPath {
        let keys = self.keys().iter().map(|key| PathPart::Key((*key).into()));
        FieldPath(keys.chain([PathPart::AnyIndex]).collect())
    }
}

impl DifferenceKind {
    /// The item for `mask` in a segfn.toml that leaves it out of comparisons, where there is one.
    pub fn mask(&self) -> Option<FieldPath> {
        let DifferenceKind::Field { path } = self else {
            return None;
        };
        let exchange = ItemOf::Exchanges.any_item();
        // Of a request's query there is no field in an outcome, only in the request itself.
        let inner = path.0.strip_prefix(exchange.0.as_slice());
        Some(match inner {
            Some(inner @ [PathPart::Key(query), _, ..]) if query == "query" => {
                FieldPath(inner.to_vec())
            }
            _ => path.clone(),
        })
    }
}
