//! What all reports say of differences in the same words.

use super::compared::ComparedVersions;
use crate::diff::{ComparedCost, DifferenceKind, Differences, Group, StoredChange};
use crate::json::Json;
use crate::report::cost::{HandlerRows, cost_rows};
use crate::report::words::count;

/// Names of errors that are shown.
const MOST_ERRORS: usize = 5;

/// A sentence, of which a part matters most.
pub struct Sentence {
    pub before: String,
    pub marked: String,
    pub after: String,
}

impl Sentence {
    fn new(before: &str, marked: impl Into<String>, after: impl Into<String>) -> Sentence {
        Sentence {
            before: before.to_owned(),
            marked: marked.into(),
            after: after.into(),
        }
    }

    /// All of it.
    pub fn text(&self) -> String {
        let Sentence {
            before,
            marked,
            after,
        } = self;
        format!("{before}{marked}{after}")
    }
}

/// How many events differ. Its mark is good where nothing does, and else bad.
pub fn headline(differences: &Differences) -> Sentence {
    let Differences {
        inputs, different, ..
    } = *differences;
    let events = count(inputs, "event", "events");
    let unreadable = match differences.unreadable {
        0 => String::new(),
        n => format!(", {n} can't be read"),
    };
    match (different, differences.different_objects) {
        (0, 0) => Sentence::new("", "no difference", format!(" in {events}{unreadable}")),
        (0, objects) => Sentence::new(
            &format!("no difference in {events}{unreadable}, but "),
            format!(
                "{} {}",
                count(objects, "stored object", "stored objects"),
                differ(objects)
            ),
            "",
        ),
        (_, _) => Sentence::new(
            "",
            format!("{different} of {events} {}", differ(different)),
            unreadable,
        ),
    }
}

/// What can't be said of the events, because they failed whatever the version.
pub fn failures(differences: &Differences) -> Vec<Sentence> {
    let failed = &differences.failed;
    let mut sentences = Vec::new();
    if differences.inputs == 0 {
        sentences.push(Sentence::new("", "nothing was compared", ""));
    }
    if failed.inputs == 0 {
        return sentences;
    }
    let mut errors: Vec<_> = failed.errors.iter().collect();
    errors.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let more = errors.len().saturating_sub(MOST_ERRORS);
    let list = errors.iter().take(MOST_ERRORS);
    let mut list: Vec<String> = list
        .map(|(name, events)| format!("{events} {name}"))
        .collect();
    if more > 0 {
        list.push(format!("{more} more"));
    }
    let all = match failed.inputs == differences.inputs {
        true => "all of them".to_owned(),
        false => count(failed.inputs, "event", "events"),
    };
    sentences.push(Sentence::new(
        "",
        format!("{all} failed in both versions"),
        format!(
            " ({}): nothing is known of what comes after",
            list.join(", ")
        ),
    ));
    if failed.asked > 0 {
        let asked = count(failed.asked, "event", "events");
        sentences.push(Sentence::new(
            &format!(
                "{asked} failed after an answer that may be none: `segfn record` keeps real ones, and \
                 --cassette FILE gives them"
            ),
            "",
            "",
        ));
    }
    sentences
}

/// What the result rests on, where that isn't plain: answers that were recorded for other requests, and parts.
pub fn rests_on(differences: &Differences) -> Vec<String> {
    let parts = differences.warm_parts.map(|parts| {
        format!(
            "added up from {parts} parts: what a function keeps from event to event, it kept within a part"
        )
    });
    assumed(differences).into_iter().chain(parts).collect()
}

/// How much rests on answers that were recorded for other requests.
fn assumed(differences: &Differences) -> Vec<String> {
    let versions = [
        ("base", differences.assumed.base),
        ("candidate", differences.assumed.candidate),
    ];
    let versions = versions.into_iter().filter(|(_, requests)| *requests > 0);
    versions
        .map(|(version, requests)| {
            let were = if requests == 1 { "was" } else { "were" };
            let requests = count(requests, "request", "requests");
            format!(
                "{requests} of the {version} {were} answered as recorded for a request that differs"
            )
        })
        .collect()
}

/// What differs, in a line.
pub fn title(kind: &DifferenceKind) -> String {
    match kind {
        DifferenceKind::Class { base, candidate } => format!("class {base} → {candidate}"),
        DifferenceKind::Handler { base, candidate } => format!("handler {base} → {candidate}"),
        DifferenceKind::Error { base, candidate } => format!("error {base} → {candidate}"),
        DifferenceKind::Field { path } => path.to_string(),
        DifferenceKind::Stored { name, change } => match change {
            StoredChange::Content => format!("object {name}"),
            StoredChange::Attribute(path) => format!("object {name}: {path}"),
            StoredChange::Missing => format!("object {name} (only the base stores it)"),
            StoredChange::Added => format!("object {name} (only the candidate stores it)"),
        },
        DifferenceKind::Item { of, name, added } => {
            let whose = if *added {
                "only the candidate has"
            } else {
                "only the base has"
            };
            format!("{} {name} ({whose} it)", of.name())
        }
    }
}

/// How many events, or objects, are in a group.
pub fn size(group: &Group) -> String {
    match group.kind {
        DifferenceKind::Stored { .. } => count(group.inputs, "object", "objects"),
        _ => count(group.inputs, "event", "events"),
    }
}

/// What the example of a group is: an event, or an object.
pub fn example_of(group: &Group) -> &'static str {
    match group.kind {
        DifferenceKind::Stored { .. } => "object",
        _ => "event",
    }
}

/// Whether the title says all that the example's values could.
pub fn is_told_by_title(kind: &DifferenceKind) -> bool {
    matches!(
        kind,
        DifferenceKind::Class { .. } | DifferenceKind::Handler { .. }
    )
}

/// The differences that were not kept apart, where there are any.
pub fn dropped(differences: &Differences) -> Option<String> {
    match differences.dropped {
        0 => None,
        1 => Some("1 difference of another kind was only counted".to_owned()),
        n => Some(format!("{n} differences of other kinds were only counted")),
    }
}

/// What is said in front of the noise.
pub const NOISE: &str = "two runs of the base differ here, so it isn't counted above";

/// The masks that would leave the noise out.
pub fn masks(differences: &Differences) -> Vec<String> {
    let masks = differences.noise.iter();
    masks
        .filter_map(|group| group.kind.mask())
        .map(|path| path.to_string())
        .collect()
}

/// The lines of a segfn.toml that leave the noise out.
pub fn mask_lines(masks: &[String]) -> String {
    let list: Vec<String> = masks
        .iter()
        .map(|mask| Json::from(mask.as_str()).to_string())
        .collect();
    format!("[test]\nmask = [{}]", list.join(", "))
}

/// What the versions cost, by handler.
pub fn costs(versions: &ComparedVersions, differences: &Differences) -> Vec<HandlerRows> {
    let ComparedCost {
        base, candidate, ..
    } = &differences.cost;
    cost_rows(&[base, candidate], &versions.cost)
}

/// The verb for so many things.
fn differ(count: u64) -> &'static str {
    match count {
        1 => "differs",
        _ => "differ",
    }
}
