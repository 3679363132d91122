//! `workspace.toml`: which functions are connected to which sources and destinations (docs/serve.md).

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::fql::{Expression, FqlError};
use crate::function::Settings;
use crate::project::config::error::ConfigError;
use crate::project::config::item::Item;
use crate::project::config::read::{
    ConfigProblem, array, boolean, document, expected, paths, percent, problem, refused, setting,
    string, strings, table, unknown,
};
use crate::project::written_file::text_of;
use crate::text::nearest;

/// The name of the file.
pub const WORKSPACE_FILE: &str = "workspace.toml";

/// Sources and destinations, and how they are connected.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    pub sources: Vec<WorkspaceSource>,
    pub destinations: Vec<WorkspaceDestination>,
}

/// Where events come from: clients with a write key, or a source function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkspaceSource {
    pub name: String,
    /// The write key of its clients.
    pub key: Option<String>,
    /// Its source function.
    pub function: Option<PathBuf>,
    /// Its insert functions, in their order.
    pub inserts: Vec<PathBuf>,
    /// The destinations that get its events, by their index; all of them where nothing is said.
    pub destinations: Vec<usize>,
}

/// Where events go.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceDestination {
    /// By which the `integrations` of an event name it.
    pub name: String,
    pub function: PathBuf,
    /// Its insert functions, in their order.
    pub inserts: Vec<PathBuf>,
    /// Settings that come before those of the function's files.
    pub settings: Settings,
    /// In their order.
    pub filters: Vec<WorkspaceFilter>,
}

/// What a destination does with events of which a condition is true.
#[derive(Clone, Debug)]
pub struct WorkspaceFilter {
    pub condition: Expression,
    pub action: FilterAction,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FilterAction {
    Drop,
    /// Lets so many percent through.
    Sample(f64),
    /// Takes all other fields out of groups.
    Allow(FieldGroups),
    /// Takes fields out of groups.
    Remove(FieldGroups),
}

/// Groups such as `properties` or `context.app`, each with names of fields in it.
pub type FieldGroups = Vec<(String, Vec<String>)>;

/// The most filters of a destination (docs/serve.md).
const MOST_FILTERS: usize = 10;

/// A name, and where it stands.
type Named = (String, Range<usize>);

const SOURCE_KEYS: [&str; 5] = ["name", "key", "function", "insert", "destinations"];
const DESTINATION_KEYS: [&str; 5] = ["name", "function", "insert", "settings", "filter"];
const FILTER_KEYS: [&str; 5] = [
    "if",
    "drop",
    "sample",
    "allow_properties",
    "drop_properties",
];

impl Workspace {
    /// Reads the file; its paths are relative to its folder.
    ///
    /// # Errors
    /// It can't be read, isn't TOML, has a key that nobody knows, or names what isn't there.
    pub fn read(path: &Path) -> Result<Workspace, ConfigError> {
        let text = text_of(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        parse(&text, folder).map_err(|problem| problem.in_file(path, &text))
    }
}

fn parse(text: &str, folder: &Path) -> Result<Workspace, ConfigProblem> {
    let mut workspace = Workspace::default();
    let mut connected = Vec::new();
    let mut names = Vec::new();
    for (key, value) in &document(text)? {
        match key.name.as_str() {
            "source" => {
                for item in array(value)? {
                    let (source, to) = source(item, folder, &mut names)?;
                    workspace.sources.push(source);
                    connected.push(to);
                }
            }
            "destination" => {
                for item in array(value)? {
                    let destination = destination(item, folder, &mut names)?;
                    workspace.destinations.push(destination);
                }
            }
            _ => return unknown(key, &["source", "destination"]),
        }
    }
    let known: Vec<String> = workspace
        .destinations
        .iter()
        .map(|destination| destination.name.clone())
        .collect();
    for (source, to) in workspace.sources.iter_mut().zip(connected) {
        source.destinations = match to {
            None => (0..known.len()).collect(),
            Some(to) => to
                .into_iter()
                .map(|named| index_of(named, &known))
                .collect::<Result<_, _>>()?,
        };
    }
    Ok(workspace)
}

fn index_of((name, span): Named, known: &[String]) -> Result<usize, ConfigProblem> {
    if let Some(index) = known.iter().position(|known| *known == name) {
        return Ok(index);
    }
    let hint = match nearest(&name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the destinations are: {}", known.join(", ")),
    };
    problem(
        span,
        format!("there is no destination `{name}`"),
        Some(hint),
    )
}

/// A source, and the destinations that it names.
fn source(
    value: &Item,
    folder: &Path,
    names: &mut Vec<String>,
) -> Result<(WorkspaceSource, Option<Vec<Named>>), ConfigProblem> {
    let mut source = WorkspaceSource::default();
    let mut to = None;
    for (key, value) in table(value)? {
        match key.name.as_str() {
            "name" => source.name = name(value, names)?,
            "key" => source.key = Some(new(value, "write key", names)?),
            "function" => source.function = Some(folder.join(string(value)?)),
            "insert" => source.inserts = paths(value, folder)?,
            "destinations" => {
                let named = array(value)?.iter().zip(strings(value)?);
                to = Some(
                    named
                        .map(|(item, name)| (name, item.span.clone()))
                        .collect(),
                );
            }
            _ => return unknown(key, &SOURCE_KEYS),
        }
    }
    if source.name.is_empty() {
        return expected(value, "a `name`");
    }
    if source.key.is_none() && source.function.is_none() {
        return expected(value, "a `key` of clients, or a `function`");
    }
    Ok((source, to))
}

fn destination(
    value: &Item,
    folder: &Path,
    names: &mut Vec<String>,
) -> Result<WorkspaceDestination, ConfigProblem> {
    let mut destination = WorkspaceDestination::default();
    let mut function = None;
    for (key, value) in table(value)? {
        match key.name.as_str() {
            "name" => destination.name = name(value, names)?,
            "function" => function = Some(folder.join(string(value)?)),
            "insert" => destination.inserts = paths(value, folder)?,
            "settings" => {
                for (key, value) in table(value)? {
                    destination
                        .settings
                        .insert(key.name.clone(), setting(value)?);
                }
            }
            "filter" => {
                let filters = array(value)?;
                if filters.len() > MOST_FILTERS {
                    return expected(value, format_args!("at most {MOST_FILTERS} filters"));
                }
                destination.filters = filters.iter().map(filter).collect::<Result<_, _>>()?;
            }
            _ => return unknown(key, &DESTINATION_KEYS),
        }
    }
    match function {
        Some(function) => destination.function = function,
        None => return expected(value, "a `function`"),
    }
    if destination.name.is_empty() {
        return expected(value, "a `name`");
    }
    Ok(destination)
}

fn filter(value: &Item) -> Result<WorkspaceFilter, ConfigProblem> {
    let (mut condition, mut action) = (None, None);
    for (key, value) in table(value)? {
        let found = match key.name.as_str() {
            "if" => {
                condition = Some(expression(value)?);
                continue;
            }
            "drop" if boolean(value)? => FilterAction::Drop,
            "drop" => return expected(value, "true"),
            "sample" => FilterAction::Sample(percent(value)?),
            "allow_properties" => FilterAction::Allow(groups(value)?),
            "drop_properties" => FilterAction::Remove(groups(value)?),
            _ => return unknown(key, &FILTER_KEYS),
        };
        if action.replace(found).is_some() {
            let text = "a filter does one thing";
            return problem(key.span.clone(), text, Some("make a filter of each".into()));
        }
    }
    match (condition, action) {
        (Some(condition), Some(action)) => Ok(WorkspaceFilter { condition, action }),
        (None, _) => expected(value, "an `if`"),
        (_, None) => expected(
            value,
            "one of `drop`, `sample`, `allow_properties` and `drop_properties`",
        ),
    }
}

fn expression(value: &Item) -> Result<Expression, ConfigProblem> {
    string(value)?
        .parse()
        .map_err(|error: FqlError| ConfigProblem {
            hint: error.hint(),
            ..refused(value, format_args!("in the condition: {error}"))
        })
}

fn groups(value: &Item) -> Result<FieldGroups, ConfigProblem> {
    let groups = table(value)?.iter();
    groups
        .map(|(key, value)| Ok((key.name.clone(), strings(value)?)))
        .collect()
}

fn name(value: &Item, names: &mut Vec<String>) -> Result<String, ConfigProblem> {
    new(value, "name", names)
}

/// A text that nothing else in the file has.
fn new(value: &Item, what: &str, known: &mut Vec<String>) -> Result<String, ConfigProblem> {
    let text = string(value)?;
    if text.is_empty() {
        return expected(value, format_args!("a {what}"));
    }
    let entry = format!("{what} {text}");
    if known.contains(&entry) {
        let text = format!("another has the {what} `{text}`");
        return problem(value.span.clone(), text, None);
    }
    known.push(entry);
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_connected_to_those_that_they_name_or_to_all() {
        let text = r#"
            [[source]]
            name = "Website"
            key = "K"
            insert = "redact"
            destinations = ["B"]

            [[source]]
            name = "Shop"
            function = "shop"

            [[destination]]
            name = "A"
            function = "a"
            insert = ["x", "y"]
            settings = { channel = "one" }

            [[destination]]
            name = "B"
            function = "b"
        "#;
        let workspace = parse(text, Path::new("f")).expect("a workspace");
        let [website, shop] = workspace.sources.as_slice() else {
            panic!("two sources")
        };
        assert_eq!(website.destinations, [1]);
        assert_eq!(website.inserts, [Path::new("f/redact")]);
        assert_eq!(shop.destinations, [0, 1]);
        let [a, b] = workspace.destinations.as_slice() else {
            panic!("two destinations")
        };
        assert_eq!(a.inserts, [Path::new("f/x"), Path::new("f/y")]);
        assert_eq!(
            (a.settings.len(), b.function.as_path()),
            (1, Path::new("f/b"))
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_what_was_expected() {
        for (text, wanted, hint) in [
            (
                "x = 1",
                "unknown key `x`",
                Some("the keys are: source, destination"),
            ),
            (
                "[[source]]\nnam = \"a\"",
                "unknown key `nam`",
                Some("did you mean `name`?"),
            ),
            ("[[source]]\nkey = \"a\"", "expected a `name`", None),
            (
                "[[source]]\nname = \"a\"",
                "expected a `key` of clients, or a `function`",
                None,
            ),
            (
                "[[destination]]\nname = \"a\"",
                "expected a `function`",
                None,
            ),
            (
                "[[source]]\nname = \"a\"\nkey = \"k\"\ndestinations = [\"slak\"]\n[[destination]]\nname = \"slack\"\nfunction = \"f\"",
                "there is no destination `slak`",
                Some("did you mean `slack`?"),
            ),
            (
                "[[destination]]\n[[destination.filter]]\nif = \"type = 'a'\"",
                "expected one of `drop`, `sample`, `allow_properties` and `drop_properties`",
                None,
            ),
            (
                "[[destination]]\n[[destination.filter]]\ndrop = true",
                "expected an `if`",
                None,
            ),
            (
                "[[destination]]\n[[destination.filter]]\nsample = 101",
                "expected a percentage from 0 to 100",
                None,
            ),
            (
                "[[source]]\nname = \"a\"\nkey = \"k\"\n[[source]]\nname = \"b\"\nkey = \"k\"",
                "another has the write key `k`",
                None,
            ),
        ] {
            let problem = parse(text, Path::new("")).expect_err(text);
            assert_eq!(problem.text, wanted, "{text}");
            assert_eq!(problem.hint.as_deref(), hint, "{text}");
        }
    }
}
