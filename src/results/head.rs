//! What a result says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What says that a file is one of these.
pub(super) const MARK: &str = "segfn result";
/// The version of the form (docs/scale.md).
pub(super) const VERSION: u32 = 1;

/// What a result says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultHead {
    form: String,
    v: u32,
    /// The command whose part it is.
    pub command: String,
    /// From 1.
    pub part: u32,
    pub of: u32,
    /// The name of one of many results of events that came live, of which nobody knows how many there will be: it is
    /// the first part of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<String>,
    /// What tells the listing of the inputs from others.
    pub inputs: String,
    /// How many objects it lists.
    pub objects: u64,
    /// All else that went in: versions, and how they ran. Parts that are added up have the same.
    pub made_of: BTreeMap<String, String>,
}

impl ResultHead {
    pub fn new(command: &str, (part, of): (u32, u32)) -> ResultHead {
        ResultHead {
            form: MARK.to_owned(),
            v: VERSION,
            command: command.to_owned(),
            part,
            of,
            live: None,
            inputs: String::new(),
            objects: 0,
            made_of: BTreeMap::new(),
        }
    }

    /// The result of live events that has this name.
    pub fn of_live(command: &str, name: &str) -> ResultHead {
        ResultHead {
            live: Some(name.to_owned()),
            ..ResultHead::new(command, (1, 1))
        }
    }

    /// Where it is: `part-00003-of-00064.json.gz`, or `part-live-NAME.json.gz`. So names are in the order of the parts.
    pub fn file_name(&self) -> String {
        if let Some(name) = &self.live {
            return format!("part-live-{name}.json.gz");
        }
        format!("part-{:05}-of-{:05}.json.gz", self.part, self.of)
    }

    pub(super) fn is_known(&self) -> bool {
        let is_a_part = (1..=self.of).contains(&self.part);
        self.form == MARK && self.v == VERSION && is_a_part
    }

    /// In what it is of another run than `other`, if it is.
    pub(super) fn difference(&self, other: &ResultHead) -> Option<String> {
        if self.command != other.command {
            return Some(format!("it is of `segfn {}`", self.command));
        }
        if self.of != other.of {
            return Some(format!(
                "it is one of {} parts, and not of {}",
                self.of, other.of
            ));
        }
        if self.live.is_some() != other.live.is_some() {
            let kinds = ["a part of a list", "of live events"];
            let of = |head: &ResultHead| kinds[usize::from(head.live.is_some())];
            return Some(format!("it is {}, and not {}", of(self), of(other)));
        }
        let names = self.made_of.keys().chain(other.made_of.keys());
        let mut different =
            names.filter(|name| self.made_of.get(*name) != other.made_of.get(*name));
        if let Some(name) = different.next() {
            let said = |head: &ResultHead| match head.made_of.get(name) {
                // Whole, a digest says no more to people.
                Some(value) => format!("{:.16}", value),
                None => "none".to_owned(),
            };
            return Some(format!(
                "its {name} is {}, and not {}",
                said(self),
                said(other)
            ));
        }
        (self.inputs != other.inputs).then(|| match self.objects == other.objects {
            true => "an object of its inputs had another size or another content".to_owned(),
            false => format!(
                "its inputs were {} objects, and not {}",
                self.objects, other.objects
            ),
        })
    }
}
