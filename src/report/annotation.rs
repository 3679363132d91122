//! Annotations that GitHub Actions shows in a pull request: workflow commands, one a line.

use std::path::Path;

use super::words::visible;

/// Where an annotation is shown.
pub struct AnnotatedPlace<'a> {
    pub file: &'a Path,
    /// From 1.
    pub line: Option<u32>,
}

/// An annotation: `level` is `error`, `warning` or `notice`.
pub fn annotation(
    level: &str,
    place: Option<&AnnotatedPlace>,
    title: &str,
    lines: &[String],
) -> String {
    let place = place.map_or(String::new(), |place| {
        let file = property(&place.file.display().to_string());
        let line = place
            .line
            .map_or(String::new(), |line| format!(",line={line}"));
        format!("file={file}{line},")
    });
    format!(
        "::{level} {place}title={}::{}\n",
        property(title),
        data(&lines.join("\n"))
    )
}

/// As the workflow commands of GitHub Actions want their texts.
fn data(text: &str) -> String {
    visible(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
