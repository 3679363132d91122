//! The events that a part chose to become cases.

use std::path::PathBuf;

use segfn::function::{Input, InputPlace};
use segfn::options::AwsMode;
use segfn::project::Project;
use segfn::project::inputs::SplitLines;
use segfn::results::PartResult;
use serde::{Deserialize, Serialize};

use crate::cli::error::CliError;
use crate::cli::event_args::EventArgs;
use crate::cli::gathered::gather_parts;
use crate::cli::made_of::{digest, segfn_versions, version_digest};

/// An event of each kind in a part, or in several that were added up.
#[derive(Serialize, Deserialize)]
pub struct ChosenEvents {
    events: Vec<ChosenEvent>,
    /// Of the objects that were read in pieces.
    lines: SplitLines,
}

#[derive(Serialize, Deserialize)]
struct ChosenEvent {
    place: InputPlace,
    name: String,
    json: String,
}

impl ChosenEvents {
    pub fn new(inputs: Vec<Input>, lines: SplitLines) -> ChosenEvents {
        let events = inputs.into_iter().map(|input| ChosenEvent {
            place: input.place,
            name: input.name,
            json: input.json,
        });
        ChosenEvents {
            events: events.collect(),
            lines,
        }
    }

    fn merge(&mut self, other: ChosenEvents) {
        self.events.extend(other.events);
        self.lines.merge(other.lines);
    }

    /// As inputs, in the order in which one machine would have read them.
    fn into_inputs(mut self) -> Vec<Input> {
        self.events.sort_by_key(|event| event.place);
        let events = self.events.into_iter();
        events
            .map(|event| {
                let name = self.lines.name_of(&event.place, &event.name);
                Input::new(name.unwrap_or(event.name), event.json)
            })
            .collect()
    }
}

/// The events that all parts chose.
///
/// # Errors
/// The parts don't make a whole.
pub fn chosen_by_parts(results: &[PathBuf], aws: &AwsMode) -> Result<Vec<Input>, CliError> {
    let PartResult { summary, .. } =
        gather_parts(results, Some(aws), "cases add", ChosenEvents::merge)?;
    Ok(summary.into_inputs())
}

/// What goes into a part beside its inputs.
pub fn made_of(which: &EventArgs, project: &Project) -> Vec<(&'static str, String)> {
    let mut made_of = segfn_versions();
    made_of.extend([
        ("function", version_digest(project)),
        ("options", digest(which.told().to_string().as_bytes())),
    ]);
    made_of
}
