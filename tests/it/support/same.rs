//! Compares what a script prints on two sides.

use std::path::Path;

/// Fails with the lines around the first difference, and leaves both texts for a look. A side is its
/// name and its text.
#[track_caller]
pub fn assert_same(script: &str, real: [&str; 2], ours: [&str; 2]) {
    let (theirs, own): (Vec<&str>, Vec<&str>) =
        (real[1].lines().collect(), ours[1].lines().collect());
    let same = theirs.iter().zip(&own).take_while(|(a, b)| a == b).count();
    if theirs.len() == same && own.len() == same {
        assert!(same > 3, "the script printed next to nothing: {}", real[1]);
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // A script may lie in a folder of its own.
    let name = script.replace('/', "-");
    for [side, text] in [real, ours] {
        std::fs::write(folder.join(format!("{name}.{side}.txt")), text).expect("a file");
    }
    let part = |lines: &[&str]| {
        let from = same.saturating_sub(12);
        lines[from.min(lines.len())..lines.len().min(same + 12)].join("\n")
    };
    panic!(
        "line {} differs; the whole texts are {}/{name}.*.txt\n--- {}\n{}\n--- {}\n{}\n---",
        same + 1,
        folder.display(),
        real[0],
        part(&theirs),
        ours[0],
        part(&own)
    );
}
