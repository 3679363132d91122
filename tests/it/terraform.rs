//! Functions in Terraform files, as Segment's Git Sync writes them, and functions as they were at a
//! revision of a git repository.

use insta::assert_snapshot;
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
    assert_snapshot!(folder.transcript(&["run", "functions.tf:drop", "event.json"]), @r#"
    $ segfn run functions.tf:drop event.json
    functions.tf:drop: ran as insert-destination (its resource_type says so; its line 1 is line 21 of the file; --kind to change)
    ✗ discard   onTrack  event.json  TIME
      failed   TypeError: Cannot read properties of null (reading 'x')
               the platform calls it: Bad Request (bad_request)
                --> functions.tf:drop:5:15
                 |
               3 |     throw new DropEvent("nothing in it");
               4 |   }
               5 |   return null.x;
                 |               ^
               6 | }
                 |
    1 input: 1 discard in TIME
    exit 1
    "#);
}

#[test]
fn which_function_is_meant_has_to_be_said() {
    let folder = Folder::new(&[("tf/functions.tf", TWO), ("tf/main.tf", "terraform {}\n")]);
    let all = folder.transcripts(&[
        &["run", "tf"],
        &["run", "tf/functions.tf"],
        &["run", "tf/functions.tf:none"],
        &["run", "tf/main.tf"],
    ]);
    assert_snapshot!(all, @r"
    $ segfn run tf
    2> error: tf has 2 functions
    2> hint: name one of them: tf/functions.tf:id-dfn_1, tf/functions.tf:drop
    exit 3

    $ segfn run tf/functions.tf
    2> error: tf/functions.tf has 2 functions
    2> hint: name one of them: tf/functions.tf:id-dfn_1, tf/functions.tf:drop
    exit 3

    $ segfn run tf/functions.tf:none
    2> error: tf/functions.tf has no function none
    2> hint: its functions are: tf/functions.tf:id-dfn_1, tf/functions.tf:drop
    exit 3

    $ segfn run tf/main.tf
    2> error: tf/main.tf has no segment_function
    2> hint: functions are the resources of this type, with `code` and `resource_type`
    exit 3
    ");
    folder.write("tf/functions.tf", "resource \"segment_function\" \"a\" {\n  resource_type = \"SOURCE\"\n  code = var.code\n}\n");
    assert_snapshot!(folder.transcript(&["run", "tf"]), @r#"
    $ segfn run tf
    2> error: tf/functions.tf:3:10: the function a: expected the code in quotes, as a heredoc or by file("function.js")
    2> hint: segfn doesn't evaluate Terraform
    exit 3
    "#);
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
    assert_snapshot!(folder.transcript(&["run", "tf", "event.json"]), @r"
    $ segfn run tf event.json
    tf/src/a.js: ran as destination (its resource_type says so; --kind to change)
    ✗ discard   onTrack  event.json  TIME
      failed   Error: here
               the platform calls it: Bad Request (bad_request)
                --> tf/src/a.js:1:34
                 |
               1 | async function onTrack() { throw new Error('here'); }
                 |                                  ^^^
    1 input: 1 discard in TIME
    exit 1
    ");
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

#[test]
fn many_settings_that_are_not_set_are_told_in_one_line() {
    let settings: String = (0..40)
        .map(|at| format!("{{ name = \"key{at}\", label = \"K\", type = \"STRING\", required = true, sensitive = true }},\n"))
        .collect();
    let code = "async function onTrack() { return 1 }";
    let tf = format!(
        "resource \"segment_function\" \"a\" {{\n  code = \"{code}\"\n  resource_type = \"DESTINATION\"\n  settings = [\n{settings}]\n}}\n"
    );
    let folder = Folder::new(&[("a.tf", &tf), ("event.json", TRACK)]);
    let (code, _, stderr) = folder.segfn(&["run", "a.tf", "event.json"]);
    assert_eq!((code, stderr.lines().count()), (0, 2), "{stderr}");
    assert!(
        stderr.starts_with("warning: 40 settings are required, but they aren't set: key0, key1,")
    );
    // What the hint shows is a file of settings.
    let (_, json) = stderr.split_once("settings.json: ").expect("a hint");
    folder.write("settings.json", json);
    assert_eq!(folder.segfn(&["run", "a.tf", "event.json"]).2, "");
}

#[test]
fn each_function_of_a_folder_has_settings_of_its_own() {
    let code = "async function onTrack(event, settings) { return [settings.a, settings.b]; }";
    let folder = Folder::new(&[
        ("one.js", code),
        ("two.js", code),
        ("settings.json", "{\"a\":\"all\",\"b\":\"all\"}"),
        ("two.settings.json", "{\"b\":\"two\"}"),
        ("event.json", TRACK),
    ]);
    for (file, value) in [("one.js", ["all", "all"]), ("two.js", ["all", "two"])] {
        let (_, outcomes) = folder.outcomes(&[file, "event.json"]);
        assert_eq!(outcomes[0]["value"], serde_json::json!(value));
    }
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
    folder.commit_all();
    folder.git(&["branch", "-M", "main"]);
    folder.write("functions/f/function.js", telling("new"));
    folder.write("functions/f/settings.json", r#"{"a": "now"}"#);
    folder.git(&["rm", "-q", "-r", "gone", "functions/functions.tf"]);
    folder.git(&["commit", "-q", "-a", "-m", "two"]);

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

    let all = folder.transcripts(&[
        &["run", "git:none:functions/f", "event.json"],
        &["run", "git:--help:functions/f", "event.json"],
        &["run", "git:HEAD", "event.json"],
        &["run", "git:HEAD:gone", "event.json"],
    ]);
    assert_snapshot!(all, @r"
    $ segfn run git:none:functions/f event.json
    2> error: git doesn't know the revision none
    2> hint: name a commit, a branch or a tag, such as HEAD~1 or main
    exit 3

    $ segfn run git:--help:functions/f event.json
    2> error: git doesn't know the revision --help
    2> hint: name a commit, a branch or a tag, such as HEAD~1 or main
    exit 3

    $ segfn run git:HEAD event.json
    2> error: git:HEAD has no path
    2> hint: write git:HEAD:PATH
    exit 3

    $ segfn run git:HEAD:gone event.json
    2> error: git:HEAD:./gone does not exist
    2> hint: git:REVISION:PATH is the file of that revision; a path is relative to the folder where segfn runs
    exit 3
    ");
    let outside = Folder::new(&[("f/function.js", &telling("x"))]);
    assert_snapshot!(outside.transcript(&["run", "git:HEAD:f"]), @r"
    $ segfn run git:HEAD:f
    2> error: f isn't in a git repository: fatal: not a git repository (or any of the parent directories): .git
    exit 3
    ");
    let no_programs = [("PATH", folder.path().to_str().expect("UTF-8"))];
    assert_snapshot!(folder.transcript_in(&no_programs, &["run", "git:HEAD:functions/f"]), @r"
    $ segfn run git:HEAD:functions/f
    2> error: can't run git: No such file or directory (os error 2)
    2> hint: install git, or name the file of the other version itself
    exit 3
    ");
}
