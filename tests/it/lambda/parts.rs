//! Parts, as Step Functions' distributed map invokes them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::api::Lambda;
use crate::support::{Folder, output_of};

const OLD: &str = "async function onTrack(event) { return event.properties.total; }";
const NEW: &str = "async function onTrack(event) { return event.properties.total % 3; }";

/// Two versions, and six files of events with a list of them.
fn folder() -> Folder {
    let folder = Folder::new(&[("old.js", OLD), ("new.js", NEW)]);
    for file in 0..6 {
        let event = |total| {
            format!("{{\"type\":\"track\",\"event\":\"x\",\"properties\":{{\"total\":{total}}}}}\n")
        };
        let events: String = (file * 4..file * 4 + 4).map(event).collect();
        folder.write(&format!("events/{file}.ndjson"), events);
    }
    let (code, manifest, stderr) = folder.segfn(&["inputs", "events"]);
    assert_eq!(code, 0, "{stderr}");
    folder.write("manifest.json", manifest);
    folder
}

fn part(index: u32, to: &str) -> Value {
    let arguments = [
        "diff",
        "old.js",
        "new.js",
        "--cold",
        "--manifest",
        "manifest.json",
        "--to",
        to,
    ];
    json!({"arguments": arguments, "index": index, "total": 3})
}

#[test]
fn invocations_run_parts_one_after_the_other_and_the_last_adds_them_up() {
    let folder = folder();
    let lambda = Lambda::start(&folder, &[]);
    for index in 0..3 {
        let answer = lambda.answer(&format!("id-{index}"), &part(index, "results"));
        let number = index + 1;
        let result = format!("results/part-0000{number}-of-00003.json.gz");
        assert_eq!(
            answer,
            json!({"exitCode": 0, "meaning": "all went well", "part": number, "of": 3, "result": result})
        );
        assert!(folder.path().join(result).exists());
    }
    // A part that is tried again writes the same over the first.
    let first = folder.path().join("results/part-00001-of-00003.json.gz");
    let written = fs::read(&first).expect("a result");
    lambda.answer("id-0-again", &part(0, "results"));
    assert_eq!(fs::read(&first).expect("a result"), written);
    let merge = ["diff", "merge", "results", "--json"];
    let merged = lambda.answer("merge", &json!({"arguments": merge}));
    assert_eq!(
        (&merged["exitCode"], &merged["part"]),
        (&json!(1), &Value::Null)
    );
    let (code, whole, _) =
        folder.segfn(&["diff", "old.js", "new.js", "events", "--cold", "--json"]);
    assert_eq!((merged["output"].as_str(), code), (Some(whole.as_str()), 1));
}

#[test]
fn a_failure_says_by_its_type_whether_to_try_again_and_the_next_invocation_goes_on() {
    let folder = folder();
    folder.write("broken.js", "async function onTrack( {");
    fs::create_dir(folder.path().join("gone")).expect("a folder");
    let lambda = Lambda::start(&folder, &[]);
    let with = |from: &str, to: &str| {
        let text = part(0, "results").to_string().replace(from, to);
        serde_json::from_str(&text).expect("JSON")
    };
    for (payload, error_type, told) in [
        (
            json!({"type": "track"}),
            "Segfn.Usage",
            "none that asks for a part",
        ),
        (with("--cold", "--colder"), "Segfn.Usage", "--colder"),
        (with("--to", "--report"), "Segfn.Usage", "add --to s3://"),
        (with("new.js", "broken.js"), "Segfn.NotLoaded", "broken.js"),
        (with("new.js", "none.js"), "Segfn.NotLoaded", "none.js"),
        (
            json!({"arguments": ["diff", "merge", "gone"]}),
            "Segfn.Inputs",
            "no result of a part",
        ),
    ] {
        let failed = lambda.invoke("a-b", &payload);
        assert_eq!(failed.call, "invocation/a-b/error");
        assert_eq!(failed.error_type.as_deref(), Some(error_type), "{failed:?}");
        assert_eq!(failed.json["errorType"], error_type);
        let message = failed.json["errorMessage"].as_str().expect("a message");
        assert!(message.contains(told), "{message}");
    }
    // A store that isn't there may be there the next time.
    let (_socket, port) = crate::support::server::closed_port();
    let mut payload = part(0, "s3://results/run/");
    let arguments = payload["arguments"].as_array_mut().expect("arguments");
    arguments.extend([
        json!("--aws"),
        json!(format!("http://test:test@127.0.0.1:{port}")),
    ]);
    let failed = lambda.invoke("later", &payload);
    assert_eq!(
        failed.error_type.as_deref(),
        Some("Segfn.Again"),
        "{failed:?}"
    );
    assert_eq!(lambda.answer("last", &part(2, "results"))["part"], 3);
}

#[test]
fn a_part_ends_before_the_functions_time_is_over_and_leaves_nothing() {
    let folder = folder();
    let slow = "async function onTrack() { await new Promise((done) => setTimeout(done, 4000)); }";
    folder.write("slow.js", slow);
    let lambda = Lambda::start(&folder, &[]);
    let arguments = [
        "run",
        "slow.js",
        "--manifest",
        "manifest.json",
        "--to",
        "results",
    ];
    let payload = json!({"arguments": arguments, "index": 0, "total": 1});
    let failed = lambda.invoke_for("slow", &payload, Duration::from_secs(5));
    assert_eq!(
        failed.error_type.as_deref(),
        Some("Segfn.OutOfTime"),
        "{failed:?}"
    );
    assert_eq!(
        fs::read_dir(folder.path().join("results"))
            .expect("a folder")
            .count(),
        0
    );
    assert_eq!(lambda.answer("next", &part(1, "results"))["part"], 2);
}

#[test]
fn without_lambda_it_says_so() {
    let folder = folder();
    let (code, _, stderr) = folder.segfn(&["lambda"]);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with("error: this is no runtime of AWS Lambda"),
        "{stderr}"
    );
    let mut command = folder.command(&["lambda"]);
    let (_socket, port) = crate::support::server::closed_port();
    command.env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}"));
    let (code, _, stderr) = output_of(&mut command);
    assert_eq!(code, 5);
    assert!(
        stderr.contains("can't ask the runtime's API of Lambda"),
        "{stderr}"
    );
}

/// As in Lambda: nothing can be written but `/tmp`, there is no `/dev/shm`, and who runs is nobody.
const SANDBOX: &str = r#"
mount --make-rprivate / || exit 99
mount --bind /tmp /tmp || exit 99
while read -r _ _ _ _ at _; do
  [ "$at" = /tmp ] || mount -o remount,bind,ro "$at" 2>/dev/null
done < /proc/self/mountinfo
mount -t tmpfs -o ro,mode=000 tmpfs /dev/shm || exit 99
mount --bind "$TASK" "$TASK" && mount -o remount,bind,ro "$TASK" && cd "$TASK" || exit 99
if touch probe 2>/dev/null; then exit 99; fi
exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \
  env -i HOME=/tmp PATH="$PATH" AWS_LAMBDA_RUNTIME_API="$AWS_LAMBDA_RUNTIME_API" ./segfn lambda
"#;

#[test]
fn it_works_where_only_tmp_can_be_written() {
    let folder = folder();
    let built = Path::new(env!("CARGO_BIN_EXE_segfn"));
    let program = folder.path().join("segfn");
    fs::hard_link(built, &program)
        .or_else(|_| fs::copy(built, &program).map(drop))
        .expect("the program");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("a folder");
    }
    let mut probe = Command::new("unshare");
    if !probe
        .args(["--mount", "mount", "--make-rprivate", "/"])
        .status()
        .is_ok_and(|status| status.success())
    {
        eprintln!("skipped: this machine makes no such place");
        return;
    }
    let mut command = folder.shell("exec unshare --mount sh -c \"$SANDBOX\"");
    command.env("SANDBOX", SANDBOX).env("TASK", folder.path());
    let lambda = Lambda::of(command);
    let to = tempfile::tempdir_in("/tmp").expect("a folder");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(to.path(), fs::Permissions::from_mode(0o777)).expect("a folder");
    }
    let answer = lambda.answer("one", &part(0, to.path().to_str().expect("UTF-8")));
    assert_eq!(answer["exitCode"], 0, "{answer}");
    assert_eq!(fs::read_dir(to.path()).expect("results").count(), 1);
}
