//! That the parts make the whole, to the last byte.

use std::fs;

use super::workspace::{event, folder, results};
use crate::support::Folder;

const COMPARED: [&str; 4] = ["diff", "old.js", "new.js", "--cold"];
const EVENTS: [&str; 2] = ["s3://archive/logs/", "large.ndjson"];

/// An archive, and a file of lines that is read in pieces, with a line that is none.
fn with_large_file() -> Folder {
    let folder = folder(9, 3);
    let mut text: String = (1000..1024).map(|number| event(number, 150_000)).collect();
    text.push_str("\n{not JSON\n");
    text.push_str(&event(1024, 10));
    folder.write("large.ndjson", text);
    folder
}

/// What coverage reports a command wrote, which are taken away.
fn covered(folder: &Folder) -> Vec<Vec<u8>> {
    let path = folder.path().join("coverage");
    let written = results(&path).into_iter().map(|(_, bytes)| bytes).collect();
    fs::remove_dir_all(path).expect("removed");
    written
}

#[track_caller]
fn assert_same_coverage(folder: &Folder, numbers: &[u32]) {
    let counts = ["--coverage", "lcov,html,json"];
    let (code, _, _) = folder.segfn(&[&COMPARED[..], &EVENTS, &counts].concat());
    assert_eq!(code, 4, "a line can't be read");
    let whole = covered(folder);
    assert_eq!(whole.len(), 3);
    for of in numbers {
        let to = format!("covered-{of}");
        for number in 1..=*of {
            let part = format!("{number}/{of}");
            let more = [&counts[..], &["--part", &part, "--to", &to]].concat();
            let (code, _, stderr) = folder.segfn(&[&COMPARED[..], &EVENTS, &more].concat());
            assert_eq!(code, 0, "{stderr}");
        }
        let merge = ["diff", "merge", &to, "--json"];
        let (code, _, stderr) = folder.segfn(&[&merge, &counts[..]].concat());
        assert_eq!((code, &*stderr), (4, ""));
        assert!(covered(folder) == whole, "{of} parts");
    }
}

/// The reports of one machine, and its exit code.
fn unsharded(folder: &Folder) -> (i32, [String; 3]) {
    let report = |format: &str| {
        let more = ["--show-event", "--report", format];
        let (code, stdout, _) = folder.segfn(&[&COMPARED[..], &EVENTS, &more].concat());
        (code, stdout)
    };
    let (code, json) = report("json");
    (code, [json, report("text").1, report("html").1])
}

fn in_parts(folder: &Folder, of: u32) -> (i32, [String; 3]) {
    let to = format!("results-{of}");
    for number in 1..=of {
        let part = format!("{number}/{of}");
        let more = ["--show-event", "--part", &part, "--to", &to];
        let (code, _, stderr) = folder.segfn(&[&COMPARED[..], &EVENTS, &more].concat());
        assert_eq!(code, 0, "{stderr}");
    }
    let merged = |format: &str| folder.segfn(&["diff", "merge", &to, "--report", format]);
    let (code, json, stderr) = merged("json");
    assert_eq!(stderr, "");
    (code, [json, merged("text").1, merged("html").1])
}

#[test]
fn the_parts_make_the_whole_to_the_last_byte() {
    let folder = with_large_file();
    let (code, whole) = unsharded(&folder);
    assert_eq!(code, 4, "a line can't be read");
    // The first of those that only the end of the large file has.
    assert!(whole[0].contains("\"large.ndjson:17\""), "{}", whole[0]);
    for of in [1, 2, 7] {
        let (code, merged) = in_parts(&folder, of);
        assert_eq!(code, 4);
        for (merged, whole) in merged.iter().zip(&whole) {
            assert!(merged == whole, "{of} parts:\n{merged}\nand not\n{whole}");
        }
    }
    // A part that runs again writes the same bytes.
    let before = results(&folder.path().join("results-7"));
    let more = ["--show-event", "--part", "3/7", "--to", "results-7"];
    folder.segfn(&[&COMPARED[..], &EVENTS, &more].concat());
    assert!(results(&folder.path().join("results-7")) == before);
}

#[test]
fn the_parts_make_the_coverage_of_the_candidate() {
    assert_same_coverage(&with_large_file(), &[1, 2, 7]);
}

#[test]
#[ignore = "it takes minutes: `make attack`"]
fn more_parts_than_objects_make_the_whole_too() {
    let folder = with_large_file();
    assert_same_coverage(&folder, &[64]);
    assert!(in_parts(&folder, 64) == unsharded(&folder));
}

#[test]
fn noise_in_one_part_is_noise_in_all() {
    let old = "
        async function onTrack(event) {
          const { noisy, total } = event.properties;
          const key = noisy && crypto.generateKeyPairSync('ed25519').publicKey;
          return { key: key ? key.export({ type: 'spki', format: 'pem' }) : 'none ' + VERSION, total: total + VERSION };
        }";
    let folder = Folder::new(&[
        ("old.js", &old.replace("VERSION", "0")),
        ("new.js", &old.replace("VERSION", "1")),
        ("1.json", r#"{"type":"track","properties":{"total":1}}"#),
        (
            "2.json",
            r#"{"type":"track","properties":{"total":2,"noisy":true}}"#,
        ),
    ]);
    for part in ["1/2", "2/2"] {
        let (code, _, stderr) = folder.segfn(&[
            "diff", "old.js", "new.js", "1.json", "2.json", "--part", part, "--to", "results",
        ]);
        assert_eq!(code, 0, "{stderr}");
    }
    let (code, stdout, _) = folder.segfn(&["diff", "merge", "results", "--json"]);
    assert_eq!(code, 1);
    let found: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(found["mask"], serde_json::json!(["value.key"]));
    let groups = found["groups"].as_array().expect("groups");
    let paths: Vec<_> = groups
        .iter()
        .map(|group| (&group["path"], &group["inputs"]))
        .collect();
    assert_eq!(paths, [(&"value.total".into(), &2.into())]);
    assert_eq!(found["different"], 2);
    // Instances stayed warm within a part, and the report says so.
    assert_eq!(found["warmParts"], 2);
    let (_, text, _) = folder.segfn(&["diff", "merge", "results"]);
    assert!(
        text.contains("added up from 2 parts: what a function keeps"),
        "{text}"
    );
}

#[test]
fn cold_events_know_nothing_of_earlier_ones() {
    let counts = "
        let count = 0;
        async function onTrack() {
          count += 1;
          const stored = await cache.load('n', 1000, async () => count);
          return { count, stored, random: Math.random() };
        }";
    let folder = Folder::new(&[
        ("old.js", counts),
        ("new.js", &counts.replace("count,", "count: -count,")),
        (
            "events.ndjson",
            &(0..3).map(|number| event(number, 1)).collect::<String>(),
        ),
    ]);
    let candidates = |more: &[&str]| {
        let arguments = ["diff", "old.js", "new.js", "events.ndjson", "--json"];
        let (code, stdout, stderr) = folder.segfn(&[&arguments, more].concat());
        assert_eq!(code, 1, "{stderr}");
        let found: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
        found["groups"][0]["example"]["candidate"].clone()
    };
    assert_eq!(candidates(&["--where", "userId = 'u2'"]), -1);
    // The example is the first event; what differs of the third is told by a part of its own.
    let (_, warm, _) = folder.segfn(&[
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--json",
        "--show-event",
    ]);
    let (_, cold, _) = folder.segfn(&[
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--json",
        "--show-event",
        "--cold",
    ]);
    assert!(warm.contains("\"inputs\":3") && cold.contains("\"inputs\":3"));
    let old = counts.replace(
        "return {",
        "if (count !== 1 || stored !== 1) throw new Error('warm');\n return {",
    );
    folder.write("old.js", &old);
    folder.write("new.js", old.replace("count,", "count: -count,"));
    let failed = |more: &[&str]| {
        let arguments = ["diff", "old.js", "new.js", "events.ndjson", "--json"];
        let (_, stdout, _) = folder.segfn(&[&arguments, more].concat());
        let found: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
        found["failed"]["inputs"].clone()
    };
    assert_eq!(failed(&[]), 2);
    assert_eq!(failed(&["--cold"]), 0);
}

#[test]
fn the_parts_of_a_run_add_up_to_its_counts_and_costs() {
    let function = "
        async function onTrack(event) {
          if (event.properties.bad) throw new Error('bad');
          await new Promise((done) => setTimeout(done, 20));
          if (event.properties.total > 1e6) {
            return 1;
          }
        }";
    let folder = folder(6, 4);
    folder.write("function.js", function);
    let arguments = [
        "run",
        "function.js",
        "s3://archive/logs/",
        "--stats",
        "--coverage",
        "lcov",
    ];
    let (code, whole, _) = folder.segfn(&[&arguments[..], &["--json"]].concat());
    assert_eq!(code, 1);
    // What runs once in each instance runs once in each part.
    let lcov = || {
        let text = fs::read_to_string(folder.path().join("coverage/lcov.info"));
        let counts = regex::Regex::new(r"(?m)[1-9]\d*$").expect("a pattern");
        let text = text.expect("a report");
        let lines = text.lines().map(|line| match line.starts_with("DA:") {
            true => counts.replace(line, "some").into_owned(),
            false => String::new(),
        });
        lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let covered = lcov();
    assert!(
        covered.contains(",some") && covered.contains(",0"),
        "{covered}"
    );
    for part in ["1/3", "2/3", "3/3"] {
        let more = ["--part", part, "--to", "results"];
        let (code, stdout, stderr) = folder.segfn(&[&arguments[..], &more].concat());
        assert_eq!(code, 0, "{stderr}");
        let name = format!("part-0000{}-of-00003.json.gz", &part[..1]);
        assert_eq!(
            stdout.lines().last(),
            Some(&*format!("part {} of 3 is in results/{name}", &part[..1]))
        );
    }
    fs::remove_file(folder.path().join("coverage/lcov.info")).expect("removed");
    let (code, merged, stderr) =
        folder.segfn(&["run", "merge", "results", "--json", "--coverage", "lcov"]);
    assert_eq!((code, &*stderr), (1, ""));
    assert_eq!(lcov(), covered);
    let mut lines = merged
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let counts = lines.next().expect("counts");
    let classes = ["success", "discard", "skipped"].map(|class| {
        let own = format!("\"class\":\"{class}\"");
        (class, whole.matches(&own).count() as u64)
    });
    for (class, count) in classes {
        assert_eq!(counts["inputs"][class], count, "{class}");
    }
    let told = whole.lines().last().expect("costs");
    let whole: serde_json::Value = serde_json::from_str(told).expect("JSON");
    let costs = lines.next().expect("costs");
    assert_eq!(
        costs["stats"]["onTrack"]["invocations"],
        whole["stats"]["onTrack"]["invocations"]
    );
    let (_, text, _) = folder.segfn(&["run", "merge", "results"]);
    assert!(
        text.contains(" inputs: ") && text.contains("cost of onTrack"),
        "{text}"
    );
}

#[test]
fn ten_thousand_parts_are_added_up() {
    let folder = folder(1, 3);
    let more = ["s3://archive/logs/", "--part", "1/1", "--to", "results"];
    let (code, _, stderr) = folder.segfn(&[&COMPARED[..], &more].concat());
    assert_eq!(code, 0, "{stderr}");
    // The same result under other numbers.
    let path = folder.path().join("results/part-00001-of-00001.json.gz");
    let packed = fs::read(&path).expect("a result");
    let mut json = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut json)
        .expect("JSON");
    for number in 1..=10_000 {
        let own = json.replacen(
            "\"part\":1,\"of\":1,",
            &format!("\"part\":{number},\"of\":10000,"),
            1,
        );
        folder.write(
            &format!("many/part-{number:05}-of-10000.json.gz"),
            super::workspace::gzipped(&own),
        );
    }
    let (code, stdout, stderr) = folder.segfn(&["diff", "merge", "many", "--json"]);
    assert_eq!((code, &*stderr), (1, ""));
    let found: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(found["inputs"], 30_000);
}
