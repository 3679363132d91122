//! Disks that are full, and folders that can't be written to.

use crate::support::Folder;
use crate::support::server::{response, server};

fn folder() -> Folder {
    let url = server(|_| response("200 OK", "", "{}"));
    let fill = "x".repeat(40_000);
    Folder::new(&[
        (
            "f/function.js",
            &format!(
                "async function onTrack(event) {{ await fetch('{url}'); return event }}\nasync function onIdentify(event) {{ return event }}"
            ),
        ),
        (
            "track.ndjson",
            &format!(
                "{{\"type\":\"track\",\"event\":\"small\"}}\n{{\"type\":\"track\",\"event\":\"{fill}\"}}\n"
            ),
        ),
        (
            "identify.ndjson",
            &format!(
                "{{\"type\":\"identify\",\"userId\":\"small\"}}\n{{\"type\":\"identify\",\"other\":\"{fill}\"}}\n"
            ),
        ),
    ])
}

/// The names in a folder; none where there is no such folder.
fn names(folder: &Folder, below: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path().join(below))
        .into_iter()
        .flatten();
    let names = entries.map(|entry| {
        entry
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    names.collect()
}

/// The command's standard error, where no file may grow beyond 16 KiB.
#[track_caller]
fn without_room(folder: &Folder, command: &str) -> String {
    let script = format!("trap '' XFSZ; ulimit -f 32; exec segfn {command}");
    let output = folder.shell(&script).output().expect("a shell");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5), "{command}: {stderr}");
    assert!(stderr.contains("File too large"), "{command}: {stderr}");
    stderr
}

#[test]
fn a_full_disk_left_cases_without_expectations() {
    let folder = folder();
    without_room(&folder, "record f track.ndjson");
    assert_eq!(names(&folder, "f"), ["function.js"]);
    without_room(&folder, "cases add f identify.ndjson");
    assert_eq!(names(&folder, "f"), ["function.js"]);
    let (code, _, stderr) = folder.segfn(&["record", "f", "track.ndjson"]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(names(&folder, "f/cases").len(), 2);
}

#[test]
fn a_full_disk_leaves_the_files_before_it() {
    let folder = folder();
    let (code, _, stderr) = folder.segfn(&["record", "f", "track.ndjson"]);
    assert_eq!(code, 0, "{stderr}");
    folder.write("r.json", "old");
    let before = names(&folder, ".");
    let cases = names(&folder, "f/cases");
    let expected: Vec<_> = cases
        .iter()
        .map(|case| format!("f/cases/{case}/expected.json"))
        .collect();
    for path in &expected {
        let text = std::fs::read_to_string(folder.path().join(path)).expect("an expectation");
        folder.write(path, text.replace("xxx", "zzz"));
    }
    without_room(&folder, "test f --report json=r.json");
    without_room(&folder, "accept f");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("r.json")).expect("a file"),
        "old"
    );
    // Beside what was there is only what is kept of the run, which is small enough.
    let mut after = names(&folder, ".");
    after.retain(|name| name != ".segfn");
    assert_eq!(after.len(), before.len(), "{after:?}");
    assert_eq!(names(&folder, ".segfn"), ["last-test.json"]);
    for path in &expected {
        let text = std::fs::read_to_string(folder.path().join(path)).expect("an expectation");
        let _: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    }
    for case in &cases {
        assert_eq!(names(&folder, &format!("f/cases/{case}")).len(), 4);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let f = folder.path().join("f");
    let mode = |mode| std::fs::set_permissions(&f, PermissionsExt::from_mode(mode)).expect("set");
    mode(0o555);
    if std::fs::write(f.join("probe"), "").is_ok() {
        // Whoever may do everything is refused nothing.
        mode(0o755);
        return;
    }
    for command in [
        &["record", "f", "track.ndjson"][..],
        &["cases", "add", "f", "identify.ndjson"],
    ] {
        let (code, _, stderr) = folder.segfn(command);
        assert_eq!(code, 5, "{stderr}");
        assert!(stderr.contains("can't write f/cases"), "{stderr}");
    }
    let (code, _, stderr) = folder.segfn(&["test", "f", "--report", "junit=f/r.xml"]);
    assert_eq!(code, 2, "{stderr}");
    mode(0o755);
}

#[cfg(target_os = "linux")]
#[test]
fn too_little_address_space_was_a_crash() {
    let folder = Folder::new(&[("function.js", "async function onTrack() { return 1 }")]);
    let run = |kilobytes: u64| {
        let script = format!("ulimit -v {kilobytes}; exec segfn run function.js");
        let output = folder.shell(&script).output().expect("a shell");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, stderr) = run(2_000_000);
    assert_eq!(code, Some(5));
    assert_eq!(
        stderr,
        "error: V8 has to reserve 50 GiB of addresses, but this process may have only 1953 MiB\n\
         hint: raise the limit: ulimit -v unlimited (it counts addresses, not memory; --memory bounds that)\n"
    );
    // As much as is asked for is enough, each time: V8 had to guess where it may begin with less.
    for _ in 0..20 {
        assert_eq!(run(50 << 20), (Some(0), String::new()));
    }
}
