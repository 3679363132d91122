//! A suite that passes, and what segfn says of suites.

use crate::support::Folder;
use crate::support::transcript::steady;

/// A function whose cases differ in an obvious way.
pub const FUNCTION: &str = "\
async function onTrack(event, settings) {
  const { total } = event.properties;
  if (total < 0) throw new ValidationError('a negative total');
  return { total, doubled: total * 2, zone: settings.zone };
}
";

pub const EVENT: &str = r#"{"type":"track","event":"Paid","properties":{"total":1}}"#;

pub const EXPECTED: &str = r#"{
  "v": 1,
  "handler": "onTrack",
  "class": "success",
  "value": {
    "total": 1,
    "doubled": 2
  }
}
"#;

/// A suite of one case that passes.
pub fn suite() -> Folder {
    Folder::new(&[
        ("fn/function.js", FUNCTION),
        ("fn/cases/one/event.json", EVENT),
        ("fn/cases/one/expected.json", EXPECTED),
    ])
}

/// Standard output of a command that writes nothing else, without what differs from run to run.
pub fn shown(folder: &Folder, code: i32, arguments: &[&str]) -> String {
    let (exit, stdout, stderr) = folder.segfn(arguments);
    assert_eq!(
        (exit, stderr.as_str()),
        (code, ""),
        "{arguments:?}: {stdout}"
    );
    steady(&stdout, folder.path())
}
