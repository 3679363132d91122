//! `segfn types`, judged by TypeScript's own compiler. Needs node and what `npm ci` leaves in
//! js/node_modules.

use std::path::Path;
use std::process::Command;

use crate::support::Folder;

/// What `tsc` says of the folder's functions.
fn check(folder: &Folder) -> String {
    let js = Path::new(env!("CARGO_MANIFEST_DIR")).join("js");
    let output = Command::new("node")
        .arg(js.join("node_modules/typescript/bin/tsc"))
        .args(["--noEmit", "-p"])
        .arg(folder.path().join("jsconfig.json"))
        .output()
        .expect("node runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn with_types(folder: &Folder) -> String {
    let (code, stdout, stderr) = folder.segfn(&["types"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    stdout
}

#[test]
fn the_examples_are_right_to_the_type_checker() {
    let folder = Folder::of_examples();
    with_types(&folder);
    assert_eq!(check(&folder), "");
}

/// As Segment's editor begins them.
#[test]
fn functions_made_of_the_editors_templates_had_unknown_types() {
    let handler = |name: &str| {
        format!(
            "/**
 * @param {{Segment{name}Event}} event
 * @param {{FunctionSettings}} settings
 */
async function on{name}(event, settings) {{
  const endpoint = 'https://example.com/';
  let response;
  try {{
    response = await fetch(endpoint, {{
      method: 'POST',
      headers: {{ Authorization: `Basic ${{btoa(settings.apiKey + ':')}}`, 'Content-Type': 'application/json' }},
      body: JSON.stringify({{ ...event.properties, ...event.traits, id: event.userId, x: event.context.ip }}),
    }});
  }} catch (error) {{
    throw new RetryError(error.message, error);
  }}
  if (response.status >= 500 || response.status === 429) throw new RetryError(`Failed with ${{response.status}}`);
  if (event.type === 'x') throw new EventNotSupported('not supported');
  return event;
}}\n"
        )
    };
    let names = [
        "Track", "Identify", "Page", "Screen", "Group", "Alias", "Delete",
    ];
    let destination = names.map(|name| handler(name).replace("=== 'x'", "!== undefined"));
    let source = "/**
 * @param {FunctionRequest} request
 * @param {FunctionSettings} settings
 */
async function onRequest(request, settings) {
  let body = request.json();
  if (request.headers.get('x-key') !== settings.key) throw new ValidationError('key');
  Segment.identify({ userId: 'user_1', traits: { body, q: request.url.searchParams.get('q') } });
  Segment.set({ collection: 'rooms', id: body.id, properties: { name: 'x' } });
}\n";
    let folder = Folder::new(&[
        ("destination/function.js", &destination.concat()),
        ("source/function.js", source),
    ]);
    with_types(&folder);
    assert_eq!(check(&folder), "");
}

#[test]
fn the_type_checker_finds_what_is_wrong() {
    let folder = Folder::new(&[
        (
            "one.js",
            "/** @type {OnTrack} */\n\
             async function onTrack(event, settings) {\n\
             \x20 await cache.laod('k', 1000, async () => 1);\n\
             \x20 Segment.track({ userId: 'u' });\n\
             \x20 if (event.type === 'identify') throw new RetryErorr('x');\n\
             \x20 const [days] = [event.properties?.days];\n\
             \x20 return uuidv5.uuidv5('dns', days) + process.env.HOME;\n\
             }\n",
        ),
        // Another file may have the same handler.
        (
            "two/function.js",
            "async function onTrack(event) { return _.get(event, 'a'); }\n",
        ),
    ]);
    with_types(&folder);
    let said = check(&folder);
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("error TS"))
        .collect();
    let expected = [
        ("(3,", "Property 'laod' does not exist"),
        ("(4,", "Property 'event' is missing"),
        ("(5,", "no overlap"),
        ("(5,", "RetryErorr"),
        ("(7,", "process"),
    ];
    assert_eq!(lines.len(), expected.len(), "{said}");
    for (line, (place, text)) in lines.iter().zip(expected) {
        assert!(
            line.contains(place) && said.contains(text),
            "{text} in {said}"
        );
    }
}

#[test]
fn libraries_that_are_installed_are_checked_too() {
    let folder = Folder::new(&[(
        "function.js",
        "async function onTrack(event) {\n\
         \x20 await new AWS.S3({ region: 'us-west-2' }).putObjekt({ Bucket: 'b', Key: 'k' }).promise();\n\
         \x20 return moment.tz('2026-01-01', 'UTC').formatt();\n\
         }\n",
    )]);
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/node_modules");
    std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).expect("a link");
    with_types(&folder);
    let said = check(&folder);
    assert!(said.contains("Did you mean 'putObject'"), "{said}");
    assert!(said.contains("Did you mean 'format'"), "{said}");
}

#[test]
fn what_is_there_already_is_kept() {
    let folder = Folder::new(&[
        ("jsconfig.json", "{}"),
        ("function.js", "function onTrack() {}"),
    ]);
    let said = with_types(&folder);
    assert!(said.contains("left ./jsconfig.json unchanged"), "{said}");
    assert_eq!(with_types(&folder), said, "segfn's own file is made anew");
    let kept = std::fs::read_to_string(folder.path().join("jsconfig.json")).expect("a file");
    assert_eq!(kept, "{}");

    folder.write("segfn.d.ts", "declare const mine: string;");
    let (code, _, stderr) = folder.segfn(&["types"]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("segfn.d.ts already exists, and segfn didn't write it"),
        "{stderr}"
    );
    let (code, _, stderr) = folder.segfn(&["types", "nowhere"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("nowhere is not a folder"), "{stderr}");
}
