//! Events from the edges of the calendar, by the built binary: JavaScript's dates go from the year
//! -271821 to 275760, and no library in here does.

use serde_json::{Value, json};

use crate::support::Folder;

/// `receivedAt` as an event says it, and as JavaScript does.
const DATES: [(&str, &str); 8] = [
    ("-271821-04-20T00:00:00Z", "-271821-04-20T00:00:00.000Z"),
    ("0000-01-01T00:00:00+01:00", "-000001-12-31T23:00:00.000Z"),
    ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
    ("1970-01-01T00:00:00+02:00", "1969-12-31T22:00:00.000Z"),
    ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ("9999-12-31T23:59:59-02:00", "+010000-01-01T01:59:59.000Z"),
    ("+010000-01-01T00:00:00Z", "+010000-01-01T00:00:00.000Z"),
    ("+275760-09-12T23:59:59Z", "+275760-09-12T23:59:59.000Z"),
];

/// A case for each of the dates, which has to give what `outcome` says.
fn cases(function: &str, outcome: impl Fn(&str) -> Value) -> Folder {
    let folder = Folder::new(&[("fn/function.js", function)]);
    for (count, (received, _)) in DATES.iter().enumerate() {
        let event = json!({"type": "track", "receivedAt": received});
        let mut expected = json!({"v": 1, "handler": "onTrack", "class": "success"});
        let fields = expected.as_object_mut().expect("an object");
        fields.extend(outcome(received).as_object().expect("an object").clone());
        folder.write(&format!("fn/cases/{count}/event.json"), event.to_string());
        let name = format!("fn/cases/{count}/expected.json");
        folder.write(&name, expected.to_string());
    }
    folder
}

fn iso(received: &str) -> &str {
    let found = DATES.iter().find(|(given, _)| *given == received);
    found.expect("one of the dates").1
}

#[test]
fn a_log_of_an_event_from_before_1970_or_after_9999_aborted_the_process() {
    let function = "
async function onTrack(event) {
  const now = new Date();
  console.log(event.receivedAt);
  return now.toISOString();
}";
    let folder = cases(function, |received| json!({"value": iso(received)}));
    let (code, stdout, stderr) = folder.segfn(&["test", "fn"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");

    folder.write("other.js", function.replace("now.toISOString()", "'x'"));
    for (count, (received, _)) in DATES.iter().enumerate() {
        let event = format!("fn/cases/{count}/event.json");
        let diff = |candidate| folder.segfn(&["diff", "fn/function.js", candidate, &event]);
        assert_eq!(diff("fn/function.js").0, 0, "{received}");
        let (code, stdout, stderr) = diff("other.js");
        assert_eq!((code, stderr.as_str()), (1, ""), "{received}: {stdout}");
        let (code, outcomes) = folder.outcomes(&["fn/function.js", &event]);
        assert_eq!((code, &outcomes[0]["class"]), (0, &json!("success")));
    }
}

#[test]
fn a_log_aborted_the_process_once_its_clock_had_been_waited_past_the_year_9999() {
    let function = "
async function onTrack(event) {
  await new Promise((resolve) => setTimeout(resolve, 3000));
  console.log('x');
  return new Date().toISOString();
}";
    let event = r#"{"type":"track","receivedAt":"9999-12-31T23:59:59Z"}"#;
    let expected = json!({
        "v": 1, "handler": "onTrack", "class": "success",
        "value": "+010000-01-01T00:00:02.000Z",
    });
    let folder = Folder::new(&[
        ("fn/function.js", function),
        ("fn/cases/one/event.json", event),
        ("fn/cases/one/expected.json", &expected.to_string()),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["test", "fn"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let arguments = ["diff", "fn", "fn", "fn/cases/one/event.json"];
    let (code, stdout, stderr) = folder.segfn(&arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
}

#[test]
fn a_request_to_aws_in_a_year_that_signatures_have_no_room_for_aborted_the_process() {
    let function = "
async function onTrack(event) {
  const s3 = new AWS.S3({ region: 'us-east-1' });
  const sts = new AWS.STS({ region: 'us-east-1' });
  const code = (request) => request.promise().then(() => 'done', (error) => error.code);
  const url = s3.getSignedUrl('getObject', { Bucket: 'bkt', Key: 'k' });
  await fetch(url);
  return [
    await code(s3.listBuckets()),
    await code(sts.getCallerIdentity()),
  ];
}";
    let folder = cases(function, |received| {
        let year = iso(received).split('-').next().expect("a year");
        let codes = match year {
            "1969" => ["done"; 2],
            // More than a lifetime from the real clock, which s3s looks at.
            "0000" | "9999" => ["RequestTimeTooSkewed", "SignatureDoesNotMatch"],
            _ => ["SerializationError"; 2],
        };
        json!({"value": codes, "exchanges": "[masked]"})
    });
    folder.write("fn/segfn.toml", "[test]\nmask = [\"exchanges\"]\n");
    let (code, stdout, stderr) = folder.segfn(&["test", "fn"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
}
