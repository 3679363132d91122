//! A function that replaces builtins, or puts getters and setters in their places, while it uses the globals, is handed
//! nothing of segfn, nothing of another input, and spoils nothing. poison.js has the function.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::Run;

/// The uses that evaluate little. A fresh instance makes them under each poison.
const USES: [&str; 12] = [
    "timers", "console", "Buffer", "URL", "cache", "errors", "web", "base64", "crypto", "zlib",
    "streams", "fetch",
];

/// Those that take long to evaluate.
const LARGE: [&str; 10] = [
    "signatures",
    "subtle",
    "https",
    "AWS",
    "jsonwebtoken",
    "lodash",
    "xml",
    "moment",
    "uuidv5",
    "FormData",
];

/// The function, for a run of one worker.
fn function() -> String {
    let globals: Vec<Value> =
        serde_json::from_str(include_str!("../../../js/globals.json")).expect("a table");
    let lazy: Vec<&str> = globals
        .iter()
        .map(|entry| entry["name"].as_str().expect("a name"))
        .collect();
    include_str!("poison.js")
        .replacen("LAZY_GLOBALS", &json!(lazy).to_string(), 1)
        .replace("ABSENT_NAMES", "ABSENT")
        .replacen("USES", include_str!("uses.js").trim_end(), 1)
        + &format!("\nconst ABSENT = {};\n", json!(names_in_own_code()))
}

/// All names behind a dot, and in braces, in the code of segfn's own bundles.
fn names_in_own_code() -> BTreeSet<String> {
    let name = regex::Regex::new(r"[.{,]\s*([A-Za-z_$][\w$]*)").expect("an expression");
    let mut names = BTreeSet::new();
    for file in
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("js/dist")).expect("js/dist")
    {
        let path = file.expect("a file").path();
        let file = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let own = [
            "node_",
            "segfn_core",
            "segfn_console",
            "segfn_inspect",
            "aws-sdk",
            "node-fetch",
        ];
        if file.ends_with(".js") && own.iter().any(|own| file.starts_with(own)) {
            let text = std::fs::read_to_string(&path).expect("text");
            names.extend(name.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
    names
}

struct Poisoned {
    place: i64,
    way: &'static str,
}

fn places() -> Vec<String> {
    let value = Run::new(&function())
        .args(&["--timeout", "60s", "--kind", "destination"])
        .track("places")
        .value();
    serde_json::from_value(value).expect("names")
}

/// Runs `uses` under each of `poisons`, in the first and the second event of a fresh instance, and then unpoisoned.
fn holds_against(poisons: &[Poisoned], uses: &[&str], names: &[String]) {
    let event = |name: &str, id: usize, poison: &Poisoned, ends: &str| {
        json!({
            "type": "track", "event": name, "userId": "u", "messageId": id.to_string(),
            "properties": { "poison": poison.place, "way": poison.way, "uses": uses, "ends": ends },
        })
    };
    let none = Poisoned {
        place: -1,
        way: "function",
    };
    let mut run = Run::new(&function()).args(&[
        "--timeout",
        "120s",
        "--memory",
        "1024",
        "--kind",
        "destination",
    ]);
    run = run.event(event("use", 0, &none, "remove"));
    for (index, poison) in poisons.iter().enumerate() {
        let id = 1 + 4 * index;
        run = run.event(event("renew", id, &none, "remove"));
        run = run.event(event("use", id + 1, poison, "keep"));
        run = run.event(event("use", id + 2, poison, "remove"));
        run = run.event(event("use", id + 3, &none, "remove"));
    }
    let outcomes = run.outcomes();
    let expected = &outcomes[0]["value"]["results"];
    let mut faults = Vec::new();
    for (index, poison) in poisons.iter().enumerate() {
        let name = names
            .get(poison.place as usize)
            .map_or("absent names", String::as_str);
        for (offset, when) in [(2, "first"), (3, "second"), (4, "clean")] {
            let outcome = &outcomes[4 * index + offset];
            let found = &outcome["value"]["found"];
            if found != &json!([]) {
                let error = &outcome["error"];
                faults.push(format!(
                    "{name} ({}), {when} event: {found:#} {error}",
                    poison.way
                ));
            } else if uses == LARGE || (poison.way == "absent" && when != "clean") {
                // npm packages fail under Node, too, when `Object` is another function, or when every
                // name that they ask for is there.
            } else if &outcome["value"]["results"] != expected {
                let results = outcome["value"]["results"]
                    .as_object()
                    .cloned()
                    .unwrap_or_default();
                let wrong: Vec<_> = results
                    .iter()
                    .filter(|(key, value)| expected[key.as_str()] != **value)
                    .collect();
                faults.push(format!(
                    "{name} ({}), {when} event: {wrong:#?} {}",
                    poison.way, outcome["error"]
                ));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn all(names: &[String], way: &'static str) -> Vec<Poisoned> {
    let number = |place| i64::try_from(place).expect("a small number");
    (0..names.len())
        .map(|place| Poisoned {
            place: number(place),
            way,
        })
        .collect()
}

/// Every place once in `step`, from one that depends on the way, so that runs of all steps have all.
fn sample(names: &[String], step: usize) -> Vec<Poisoned> {
    let ways = ["accessor", "function"].into_iter().enumerate();
    ways.flat_map(|(way, name)| {
        all(names, name)
            .into_iter()
            .skip(way * step / 2)
            .step_by(step)
    })
    .collect()
}

#[test]
fn getters_where_segfn_looks_names_up_are_handed_nothing() {
    let absent = [Poisoned {
        place: -1,
        way: "absent",
    }];
    holds_against(&absent, &USES, &[]);
    holds_against(&absent, &LARGE, &[]);
}

#[test]
fn builtins_that_keep_what_they_are_given_get_nothing_of_segfn() {
    let names = places();
    assert!(names.len() > 500, "{}", names.len());
    holds_against(&sample(&names, 97), &USES, &names);
}

#[test]
#[ignore = "takes long: `make attack` runs it"]
fn every_builtin_that_keeps_what_it_is_given_gets_nothing_of_segfn() {
    let names = places();
    holds_against(&sample(&names, 1), &USES, &names);
    holds_against(&sample(&names, 1), &LARGE, &names);
}
