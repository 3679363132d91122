//! The time zone and the locale that functions see.

use serde_json::{Value, json};

use crate::support::Folder;

const FUNCTION: &str = "async function onTrack() {
  const d = new Date('2024-03-10T23:30:00Z');
  return [d.getHours(), d.toLocaleString(), moment(d).format(), Intl.DateTimeFormat().resolvedOptions().timeZone,
    new Date(2024, 0, 1).toISOString(), (1234.5).toLocaleString()];
}";

/// What the function returns on a machine with these variables.
fn value(folder: &Folder, environment: &[(&str, &str)]) -> Value {
    let mut command = folder.command(&["run", "f", "event.json", "--json"]);
    command.envs(environment.iter().copied());
    let output = command.output().expect("segfn");
    let line: Value = serde_json::from_slice(&output.stdout).expect("an outcome");
    line["value"].clone()
}

#[test]
fn the_zone_and_the_locale_of_the_machine_reached_the_function() {
    let folder = Folder::new(&[
        ("f/function.js", FUNCTION),
        ("event.json", "{\"type\":\"track\"}"),
    ]);
    let platform = json!([
        23,
        "3/10/2024, 11:30:00 PM",
        "2024-03-10T23:30:00+00:00",
        "UTC",
        "2024-01-01T00:00:00.000Z",
        "1,234.5"
    ]);
    for environment in [
        &[][..],
        &[("TZ", "Asia/Tokyo"), ("LC_ALL", "de_DE.UTF-8")],
        &[
            ("TZ", "America/New_York"),
            ("LANG", "ja_JP.UTF-8"),
            ("LANGUAGE", "fr"),
        ],
    ] {
        assert_eq!(value(&folder, environment), platform, "{environment:?}");
    }
    folder.write(
        "f/segfn.toml",
        "timezone = \"Asia/Tokyo\"\nlocale = \"de-DE\"\n",
    );
    assert_eq!(
        value(&folder, &[("TZ", "America/New_York")]),
        json!([
            8,
            "11.3.2024, 08:30:00",
            "2024-03-11T08:30:00+09:00",
            "Asia/Tokyo",
            "2023-12-31T15:00:00.000Z",
            "1.234,5"
        ])
    );
    // In cases, too, each in a process of its own.
    for zone in ["UTC", "Asia/Tokyo"] {
        let case = "{\"name\":\"a\",\"event\":{\"type\":\"track\"}}\n";
        folder.write("f/cases.ndjson", case);
        let accepted = folder.command(&["accept", "f"]).env("TZ", zone).output();
        assert!(accepted.expect("segfn").status.success());
        let tested = folder
            .command(&["test", "f"])
            .env("TZ", "America/Lima")
            .output();
        assert!(tested.expect("segfn").status.success());
    }
    folder.write("f/segfn.toml", "timezone = \"Mars, north\"\n");
    let (code, _, stderr) = folder.segfn(&["run", "f", "event.json"]);
    assert!(
        code == 2 && stderr.contains("expected a time zone such as"),
        "{stderr}"
    );
}
