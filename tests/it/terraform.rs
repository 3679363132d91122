//! Functions in Terraform files, as Segment's Git Sync writes them, and functions as they were at a
//! revision of a git repository.

use std::process::Command;

use serde_json::json;

use crate::support::Folder;

const TRACK: &str = r#"{"type":"track","event":"x","userId":"u"}"#;

const TWO: &str = r#"
import {
  to = segment_function.id-dfn_1
  id = "dfn_1"
}

resource "segment_function" "id-dfn_1" {
  code          = "async function onTrack(event, settings) {\n\treturn `$${settings.apiKey}|$${settings.zone}|$${settings.lists.length}`;\n}\n"
  description   = null
  display_name  = "Sends tracks"
  resource_type = "DESTINATION"
  settings = [
    { name = "apiKey", label = "Key", type = "STRING", required = true, sensitive = true },
    { name = "zone", label = "Zone", type = "STRING", required = false, sensitive = false },
    { name = "lists", label = "Lists", type = "ARRAY", required = false, sensitive = false },
  ]
}

resource "segment_function" "drop" {
  code = <<-EOT
    async function onTrack(event) {
      if (!event.properties) {
        throw new DropEvent("nothing in it");
      }
      return null.x;
    }
  EOT
  resource_type = "INSERT_DESTINATION"
  settings      = []
}
"#;

#[test]
fn a_function_of_several_is_chosen_by_name_and_its_sensitive_settings_are_secret() {
    let folder = Folder::new(&[
        ("functions.tf", TWO),
        ("settings.json", r#"{"apiKey": "very-secret"}"#),
        ("event.json", TRACK),
    ]);
    for name in [
        "functions.tf:id-dfn_1",
        "./functions.tf#id-dfn_1",
        "functions.tf:Sends tracks",
    ] {
        let (code, outcomes) = folder.outcomes(&[name, "event.json"]);
        assert_eq!(code, 0, "{name}");
        assert_eq!(outcomes[0]["kind"], "destination");
        assert_eq!(outcomes[0]["value"], "[secret apiKey]||0");
    }
    let (code, outcomes) = folder.outcomes(&["functions.tf:drop", "event.json"]);
    assert_eq!((code, &outcomes[0]["class"]), (0, &json!("filtered")));
}

#[test]
fn errors_are_at_the_line_of_the_platforms_editor_and_say_where_that_is_in_the_file() {
    let folder = Folder::new(&[
        ("functions.tf", TWO),
        (
            "event.json",
            r#"{"type":"track","event":"x","userId":"u","properties":{}}"#,
        ),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["run", "functions.tf:drop", "event.json"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert!(
        stdout.starts_with("functions.tf:drop: ran as insert-destination (its resource_type says so; its line 1 is line 21 of the file; --kind to change)\n"),
        "{stdout}"
    );
    assert!(stdout.contains("functions.tf:drop:5:15"), "{stdout}");
}

#[test]
fn which_function_is_meant_has_to_be_said() {
    let folder = Folder::new(&[("tf/functions.tf", TWO), ("tf/main.tf", "terraform {}\n")]);
    let names = "tf/functions.tf:id-dfn_1, tf/functions.tf:drop";
    let failure = |arguments: &[&str]| {
        let (code, _, stderr) = folder.segfn(&[&["run"], arguments].concat());
        assert_eq!(code, 3);
        stderr
    };
    for path in ["tf", "tf/functions.tf"] {
        assert_eq!(
            failure(&[path]),
            format!("error: {path} holds 2 functions\nhint: name one of them: {names}\n")
        );
    }
    assert_eq!(
        failure(&["tf/functions.tf:none"]),
        format!("error: tf/functions.tf has no function none\nhint: its functions are: {names}\n")
    );
    assert!(failure(&["tf/main.tf"]).starts_with("error: tf/main.tf has no segment_function\n"));
    folder.write("tf/functions.tf", "resource \"segment_function\" \"a\" {\n  resource_type = \"SOURCE\"\n  code = var.code\n}\n");
    assert!(
        failure(&["tf"]).starts_with(
            "error: tf/functions.tf:3:10: the function a: expected the code in quotes"
        )
    );
}

#[test]
fn code_by_file_is_that_file() {
    let folder = Folder::new(&[
        (
            "tf/f.tf",
            "resource \"segment_function\" \"a\" {\n  resource_type = \"DESTINATION\"\n  code = file(\"${path.module}/src/a.js\")\n}\n",
        ),
        (
            "tf/src/a.js",
            "async function onTrack() { throw new Error('here'); }",
        ),
        ("event.json", TRACK),
    ]);
    let (code, stdout, _) = folder.segfn(&["run", "tf", "event.json"]);
    assert_eq!(code, 1);
    assert!(
        stdout.starts_with("tf/src/a.js: ran as destination (its resource_type says so; "),
        "{stdout}"
    );
    assert!(stdout.contains("tf/src/a.js:1:"), "{stdout}");
}

#[test]
fn a_required_setting_that_is_not_set_is_noticed() {
    let folder = Folder::new(&[("functions.tf", TWO), ("event.json", TRACK)]);
    let (_, _, stderr) = folder.segfn(&["run", "functions.tf:id-dfn_1", "event.json"]);
    assert_eq!(
        stderr,
        "warning: the setting `apiKey` is required, but it isn't set\n\
         hint: set it in settings.json, or with -s apiKey=VALUE\n"
    );
}

fn git(folder: &Folder, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_function_can_be_run_as_it_was_at_a_revision() {
    let telling = |what: &str| {
        format!("async function onTrack(event, settings) {{ return '{what} ' + settings.a; }}")
    };
    let folder = Folder::new(&[
        ("functions/f/function.js", &telling("old")),
        ("functions/f/settings.json", r#"{"a": "then"}"#),
        ("functions/functions.tf", TWO),
        ("gone/function.js", &telling("gone")),
        ("event.json", TRACK),
    ]);
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "one"]);
    folder.write("functions/f/function.js", telling("new"));
    folder.write("functions/f/settings.json", r#"{"a": "now"}"#);
    git(
        &folder,
        &["rm", "-q", "-r", "gone", "functions/functions.tf"],
    );
    git(&folder, &["commit", "-q", "-a", "-m", "two"]);

    let value = |function: &str| {
        let (code, outcomes) = folder.outcomes(&[function, "event.json"]);
        assert_eq!(code, 0, "{function}");
        outcomes[0]["value"].clone()
    };
    assert_eq!(value("functions/f"), "new now");
    // The settings are those of the working tree.
    assert_eq!(value("git:HEAD~1:functions/f"), "old now");
    assert_eq!(value("git:HEAD~1:functions/f/function.js"), "old now");
    assert_eq!(
        value("git:HEAD~1:./functions/../functions/f/function.js"),
        "old now"
    );
    assert_eq!(value("git:HEAD~1:gone"), "gone undefined");
    let (_, outcomes) = folder.outcomes(&["git:HEAD~1:functions/functions.tf:drop", "event.json"]);
    assert_eq!(outcomes[0]["class"], "filtered");

    let failure = |function: &str| {
        let (code, _, stderr) = folder.segfn(&["run", function, "event.json"]);
        assert_eq!(code, 3, "{function}");
        stderr.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        failure("git:none:functions/f"),
        "error: git doesn't know the revision none"
    );
    assert_eq!(
        failure("git:--help:functions/f"),
        "error: git doesn't know the revision --help"
    );
    assert_eq!(failure("git:HEAD"), "error: git:HEAD has no path");
    assert_eq!(
        failure("git:HEAD:gone"),
        "error: git:HEAD:./gone does not exist"
    );
    let outside = Folder::new(&[("f/function.js", &telling("x"))]);
    let (code, _, stderr) = outside.segfn(&["run", "git:HEAD:f"]);
    assert_eq!(code, 3);
    assert!(
        stderr.starts_with("error: f isn't in a git repository: "),
        "{stderr}"
    );
    let (code, _, stderr) = {
        let mut command = folder.command(&["run", "git:HEAD:functions/f"]);
        command.env("PATH", folder.path());
        let output = command.output().expect("segfn runs");
        (
            output.status.code(),
            (),
            String::from_utf8(output.stderr).expect("text"),
        )
    };
    assert_eq!(code, Some(3));
    assert!(
        stderr.contains("hint: install git, or name the file"),
        "{stderr}"
    );
}
