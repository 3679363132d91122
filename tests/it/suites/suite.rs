//! A suite that passes, and what segfn says of suites.

use crate::support::Folder;

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

/// Standard output of a command that writes nothing else, with its times as `TIME`.
pub fn shown(folder: &Folder, code: i32, arguments: &[&str]) -> String {
    let (exit, stdout, stderr) = folder.segfn(arguments);
    assert_eq!(
        (exit, stderr.as_str()),
        (code, ""),
        "{arguments:?}: {stdout}"
    );
    timeless(&stdout)
}

/// The text with each time as `TIME`.
pub fn timeless(text: &str) -> String {
    let time = regex::Regex::new(r"<?\d+(\.\d+)? m?s\b").expect("a pattern");
    time.replace_all(text, "TIME").into_owned()
}

/// Exit code and standard error, which is one `error:` and perhaps a `hint:`.
pub fn refused(folder: &Folder, arguments: &[&str]) -> (i32, String) {
    let (exit, stdout, stderr) = folder.segfn(arguments);
    assert_eq!(stdout, "", "{arguments:?}");
    (exit, stderr)
}
