//! Two versions, and what is told of them as a whole.

use std::sync::Mutex;

use super::two::{OLD, diff, folder, groups, new};
use crate::support::server::{response, server};

#[test]
fn many_events_that_differ_in_one_way_are_one_line() {
    let folder = folder(OLD, &new(), 1000);
    let (code, stdout, stderr) = folder.segfn(&["diff", "old.js", "new.js", "events.ndjson"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert_eq!(
        stdout,
        "\
base       old.js
candidate  new.js
requests   answered with 200 and {}; --cassette FILE answers as recorded

1000 of 1000 events differ
100 events failed in both versions (100 RetryError): nothing is known of what comes after

exchanges[*].query.v  900 events
  base      \"1\"
  candidate \"2\"
  event     events.ndjson:1

exchanges[*].request.body.json.total  899 events
  base      1
  candidate 2
  event     events.ndjson:2

class discard → retry  100 events
  event     events.ndjson:10

error ValidationError → RetryError  100 events
  base      { \"name\": \"ValidationError\", \"message\": \"bad order u9\" }
  candidate { \"name\": \"RetryError\", \"message\": \"bad order u9\" }
  event     events.ndjson:10

request GET https://api.example.com/token (only the candidate has it)  1 event
  base      (absent)
  candidate { \"via\": \"http\", \"method\": \"GET\", \"url\": \"https://api.example.com/token\", \"status\": 200 }
  event     events.ndjson:8

cost of onTrack                    base       candidate
  retries                             0           0.111  new
"
    );
}

#[test]
fn versions_that_both_failed_for_want_of_an_answer_did_not_differ() {
    let source = "async function onTrack(event) {
      if (event.properties.local) return event;
      const { traits } = await (await fetch('https://profiles.example.com/')).json();
      event.plan = traits.plan;
      return event;
    }";
    let candidate = source.replace("traits.plan", "traits.plan.toUpperCase()");
    let folder = folder(source, &candidate, 0);
    let events = |local: usize| {
        let event = |n| {
            format!(
                "{{\"type\":\"track\",\"properties\":{{\"local\":{}}}}}\n",
                n < local
            )
        };
        (0..50).map(event).collect::<String>()
    };
    let diff = |flags: &[&str]| {
        let (code, stdout, _) =
            folder.segfn(&[&["diff", "old.js", "new.js", "some.ndjson"], flags].concat());
        let told = stdout
            .split_once("recorded\n\n")
            .map_or("", |(_, told)| told);
        (code, told.to_owned(), stdout)
    };
    folder.write("some.ndjson", events(0));
    let (code, told, _) = diff(&[]);
    assert_eq!(
        (code, told.as_str()),
        (
            1,
            "no difference in 50 events\n\
             all of them failed in both versions (50 TypeError): nothing is known of what comes after\n\
             50 events failed after an answer that may be none: `segfn record` keeps real ones, and \
             --cassette FILE gives them\n"
        )
    );
    folder.write("some.ndjson", events(1));
    let (code, told, _) = diff(&[]);
    assert_eq!(code, 0);
    assert!(told.contains("49 events failed in both versions"), "{told}");
    let (_, _, json) = diff(&["--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        json["failed"],
        serde_json::json!({"inputs": 49, "errors": {"TypeError": 49}})
    );
    let (code, told, _) = diff(&["--since", "2020-01-01", "--sample", "5"]);
    assert_eq!(code, 1, "{told}");
    folder.write(
        "some.ndjson",
        "{\"type\":\"track\",\"timestamp\":\"2001-01-01T00:00:00Z\"}",
    );
    let (code, told, _) = diff(&["--since", "2020-01-01"]);
    assert_eq!(
        (code, told.as_str()),
        (1, "no difference in 0 events\nnothing was compared\n")
    );
}

#[test]
fn versions_that_do_the_same_do_not_differ() {
    // Another order of names, another wording of the code, other logs.
    let candidate = OLD
        .replace(
            "{ total: event.properties.total, at: Date.now(), id",
            "{ at: Date.now(), total: event.properties.total, id",
        )
        .replace("return", "console.log('done');\n  return");
    let folder = folder(OLD, &candidate, 50);
    let (code, stdout, _) = folder.segfn(&["diff", "old.js", "new.js", "events.ndjson"]);
    assert_eq!(code, 0);
    assert!(
        stdout.contains("\n\nno difference in 50 events\n5 events failed in both versions"),
        "{stdout}"
    );
    let (code, found) = diff(&folder, &["--logs"]);
    assert_eq!(
        (code, groups(&found)),
        (1, vec!["added log done 45".into()])
    );
}

#[test]
fn noise_is_proposed_as_masks_and_masks_are_not_compared() {
    let count = Mutex::new(0);
    let url = server(move |_| {
        let mut count = count.lock().expect("a lock");
        *count += 1;
        response("200 OK", "", count.to_string())
    });
    let source = format!(
        "async function onTrack(event) {{
           const n = await (await fetch('{url}/')).text();
           return {{ n, items: [{{ n }}] }};
         }}"
    );
    let folder = folder(&source, &source, 3);
    let host = url.trim_start_matches("http://");
    let arguments = [
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--allow-net",
        host,
    ];
    let (code, stdout, _) = folder.segfn(&arguments);
    assert_eq!(code, 0);
    let end = stdout.split_once("\n\n").expect("a head").1;
    assert_eq!(
        end,
        "\
no difference in 3 events

noise: two runs of the base differ here, so it isn't counted above
  value.items[*].n  3 events
  value.n  3 events
to leave it out from now on, write into segfn.toml:
  [test]
  mask = [\"value.items[*].n\", \"value.n\"]
"
    );
    folder.write("segfn.toml", "[test]\nmask = [\"value.items[*].n\"]");
    let (code, stdout, _) = folder.segfn(&[&arguments[..], &["--mask", "value.n"]].concat());
    assert_eq!(code, 0);
    assert!(stdout.ends_with("no difference in 3 events\n"), "{stdout}");
}
