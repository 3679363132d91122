//! Pseudonyms: nothing personal is on the disk, and the cases pass all the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::recorded::{json as read_json, read};
use crate::support::Folder;
use crate::support::server::{response, server};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// Whom the planted data is about.
const PERSON: [(&str, &str); 12] = [
    ("first_name", "Wilhelmina"),
    ("last_name", "Oakenshade"),
    ("email", "wilhelmina.oakenshade@oakenshade.family"),
    ("phone", "+442079461234"),
    ("username", "quillfeather"),
    ("street", "17 Brackenmoor Lane"),
    ("city", "Thistlewick"),
    ("postal_code", "TW9 4QX"),
    ("ip", "81.2.69.142"),
    ("ipv6", "2a00:1450:4009:815::200e"),
    ("userId", "user-83920174"),
    ("anonymousId", "5d0b6a4e-6d0e-4b4e-9a0d-6f1d2c3b4a59"),
];

fn of(name: &str) -> &'static str {
    let found = PERSON.iter().find(|(field, _)| *field == name);
    found.expect("a field").1
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What must not be found: each value, and what is left of it when it is written in another way.
fn traces() -> BTreeSet<String> {
    let whole = PERSON.map(|(_, value)| value.to_owned());
    let parts = [
        "Brackenmoor",
        "oakenshade.family",
        "83920174",
        "7946 1234",
        "79461234",
        "Bartholomew",
        "Greymantle",
        "491711234567",
    ];
    let mut all = BTreeSet::new();
    for value in whole.into_iter().chain(parts.map(str::to_owned)) {
        let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        all.insert(base64::engine::general_purpose::STANDARD.encode(&value));
        for written in [
            &value,
            &value.to_lowercase(),
            &value.to_uppercase(),
            &encoded,
        ] {
            all.insert(sha256(written));
            all.insert(written.replace('\\', "\\\\"));
        }
    }
    all
}

fn planted_texts() -> Value {
    let [first, last, mail, phone] = ["first_name", "last_name", "email", "phone"].map(of);
    let encoded = mail.replace('@', "%40");
    json!({
        "customer": {
            "name": format!("{first} {last}"),
            "email": mail.to_uppercase(),
            "mobile_phone": "020 7946 1234",
            "id": of("userId"),
            "shipping_address": {"line1": of("street"), "city": of("city"), "zip": of("postal_code")},
        },
        "attendees": [{"first_name": first, "last_name": last, "emails": [mail]}],
        "note": format!("{first} called from {phone}; write to <{mail}> or to Ms {last}, {}.", of("ip")),
        "url": format!("https://shop.example.com/users/{encoded}/orders?email={encoded}&user_id={}&ref=x#{first}", of("userId")),
        "query": format!("email={encoded}&name={first}+{last}"),
        "inner": json!({"userId": of("userId"), "text": format!("Hi {first}!")}).to_string(),
        "markup": format!("<user id=\"{}\"><firstName>{first}</firstName><mail>{mail}</mail></user>", of("userId")),
        "em": sha256(mail),
        "by_mail": {mail: 1},
        "from": [of("ip"), of("ipv6")],
        "location": {"latitude": 51.448_912, "longitude": -2.599_643},
    })
}

/// The samples of `group` with the person's data in all places that have someone's, and in many more.
fn planted(folder: &Folder, group: &str) -> String {
    let (_, someone, _) = folder.segfn(&["events", "signed-up", "--seed", "3"]);
    let (_, identify, _) = folder.segfn(&["events", "identify", "--seed", "3"]);
    let (someone, traits): (Value, Value) = (
        serde_json::from_str(&someone).expect("JSON"),
        serde_json::from_str(&identify).expect("JSON"),
    );
    let address = &traits["traits"]["address"];
    let known = &someone["properties"];
    let (code, mut text, _) = folder.segfn(&["events", group, "--seed", "3"]);
    assert_eq!(code, 0);
    for (old, new) in [
        (&known["email"], "email"),
        (&known["phone"], "phone"),
        (&known["username"], "username"),
        (&known["first_name"], "first_name"),
        (&known["last_name"], "last_name"),
        (&address["street"], "street"),
        (&address["city"], "city"),
        (&address["postalCode"], "postal_code"),
        (&traits["context"]["ip"], "ip"),
        (&traits["userId"], "userId"),
        (&traits["anonymousId"], "anonymousId"),
    ] {
        text = text.replace(old.as_str().expect("a text"), of(new));
    }
    // A batch has nothing that its events don't have.
    let lines = text.lines().filter(|line| !line.starts_with('['));
    let events = lines.map(|line| {
        let mut event: Value = serde_json::from_str(line).expect("JSON");
        let place = match () {
            () if event.get("body").is_some_and(Value::is_object) => &mut event["body"],
            () if event.get("body").is_some() => &mut event["body"][0],
            () if event.get("traits").is_some() => &mut event["traits"],
            () => &mut event["properties"],
        };
        place["planted"] = planted_texts();
        if let Some(context) = event
            .get_mut("context")
            .filter(|context| context.is_object())
        {
            context["ip"] = of("ipv6").into();
            context["page"]["search"] = format!("?email={}", of("email")).into();
            context["traits"] =
                json!({"name": format!("{} {}", of("first_name"), of("last_name"))});
        }
        event.to_string() + "\n"
    });
    events.collect()
}

const FUNCTION: &str = r#"
async function tell(event, settings) {
  const text = JSON.stringify(event);
  const mail = text.match(/[\w.]+@[\w-]+(\.[\w-]+)+/)[0];
  const phone = (text.match(/\+\d{8,15}/) || ['+10000000000'])[0];
  const [, first] = text.match(/"first_name":"(\w+)"/);
  const id = event.userId || (event.body && event.body.userId) || mail;
  const hash = crypto.createHash('sha256').update(mail.trim().toLowerCase()).digest('hex');
  const odd = crypto.createHmac('sha512', settings.salt).update(mail + id).digest('hex');
  const url = settings.server;
  const user = await fetch(`${url}/users/${encodeURIComponent(id)}?email=${encodeURIComponent(mail)}&phone=${encodeURIComponent(phone)}`, {
    headers: { 'X-User-Id': id, 'X-Forwarded-For': (event.context || {}).ip || '', 'X-Odd': odd },
  });
  const { manager } = await user.json();
  await fetch(`${url}/events/${odd}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ event, hash, odd, domain: mail.split('@')[1], country: phone.slice(0, 3), manager }),
  });
  await fetch(`${url}/form`, { method: 'POST', body: new URLSearchParams({ em: hash, email: mail, first_name: first }) });
  await fetch(`${url}/xml`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/xml' },
    body: `<contact><firstName>${first}</firstName><email>${mail}</email><manager>${manager.last_name}</manager></contact>`,
  });
  console.log(first, mail);
  return { first, mail, hash, manager };
}
"#;

/// [`FUNCTION`] with these handlers.
fn source(handlers: &[&str]) -> String {
    let handler = |name: &&str| {
        format!("function {name}(input, settings) {{ return tell(input, settings) }}\n")
    };
    FUNCTION.to_owned() + &handlers.iter().map(handler).collect::<String>()
}

const EVENTS: [&str; 5] = ["onIdentify", "onTrack", "onPage", "onScreen", "onGroup"];

/// A vendor who knows the person, and somebody whom no event names.
fn vendor() -> (String, Arc<Mutex<String>>) {
    let seen = Arc::new(Mutex::new(String::new()));
    let got = seen.clone();
    let url = server(move |request| {
        got.lock().expect("the requests").push_str(request);
        let [first, last, mail] = ["first_name", "last_name", "email"].map(of);
        let body = json!({
            "user": {"id": of("userId"), "name": format!("{first} {last}"), "email": mail, "avatar": format!("https://img.example.com/{}", sha256(mail))},
            "manager": {"first_name": "Bartholomew", "last_name": "Greymantle", "email": "b@greymantle.de", "phone": "+491711234567"},
            "note": format!("Bartholomew Greymantle asked about {first} ({mail}) from {}.", of("ip")),
        });
        let headers = format!(
            "Content-Type: application/json\r\nX-User-Id: {}\r\nLocation: /users/{}?email={mail}\r\n",
            of("userId"),
            of("userId")
        );
        response("200 OK", &headers, body.to_string())
    });
    (url, seen)
}

fn segfn(folder: &Folder, arguments: &[&str]) -> (i32, String, String) {
    let mut command = folder.command(arguments);
    command.env("SEGFN_PSEUDONYM_KEY", KEY);
    crate::support::output_of(&mut command)
}

/// Fails with what is found of the person below `folder`, and in the names there.
#[track_caller]
fn nothing_is_found(folder: &Path) {
    let traces = traces();
    let mut folders = vec![folder.to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let text = fs::read_to_string(&path).expect("a text") + &name;
            for trace in &traces {
                let at = text.find(trace.as_str());
                let near = at.map(|at| {
                    let from = text.floor_char_boundary(at.saturating_sub(80));
                    let to = text.floor_char_boundary((at + trace.len() + 40).min(text.len()));
                    &text[from..to]
                });
                assert_eq!(near, None, "{trace} in {name}");
            }
        }
    }
    assert!(files > 0, "nothing was written");
}

fn project(folder: &Folder, name: &str, source: &str, url: &str) {
    folder.write(&format!("{name}/function.js"), source);
    let settings = json!({"server": url, "salt": "a grain"}).to_string();
    folder.write(&format!("{name}/settings.json"), settings);
}

#[test]
fn of_all_samples_nothing_personal_is_on_the_disk_and_their_cases_pass() {
    let folder = Folder::new(&[]);
    let (url, seen) = vendor();
    project(&folder, "f", &source(&EVENTS), &url);
    project(&folder, "g", &source(&["onRequest"]), &url);
    let groups = [
        "ecommerce",
        "saas",
        "video",
        "live",
        "mobile",
        "email",
        "engage",
    ];
    let mut events: String = groups.map(|group| planted(&folder, group)).concat();
    for name in ["identify", "page", "screen", "group"] {
        let pretty = planted_one(&folder, name);
        events.push_str(&pretty);
    }
    let requests = planted(&folder, "webhooks");
    let count = events.lines().count() + requests.lines().count();
    assert!(count > 90, "{count}");
    let events = tempfile_of(&events);
    let requests = tempfile_of(&requests);
    for (function, events) in [("f", &events), ("g", &requests)] {
        let path = events.path().to_str().expect("UTF-8");
        let recorded = segfn(
            &folder,
            &["record", function, path, "--pseudonymize", "--jobs", "4"],
        );
        assert_eq!((recorded.0, recorded.2.as_str()), (0, ""), "{}", recorded.1);
        let tested = folder.segfn(&["test", function]);
        assert_eq!(tested.0, 0, "{}{}", tested.1, tested.2);
    }
    nothing_is_found(folder.path());
    let seen = seen.lock().expect("the requests");
    for real in ["email", "phone", "first_name", "userId"] {
        let encoded: String = url::form_urlencoded::byte_serialize(of(real).as_bytes()).collect();
        assert!(
            seen.contains(&encoded),
            "the vendor didn't get the real {real}"
        );
    }
}

/// [`planted`] for one sample.
fn planted_one(folder: &Folder, name: &str) -> String {
    let (_, pretty, _) = folder.segfn(&["events", name, "--seed", "3"]);
    let value: Value = serde_json::from_str(&pretty).expect("JSON");
    let all = planted(folder, "calls");
    let kind = value["type"].as_str().expect("a type");
    let mut lines = all
        .lines()
        .filter(|line| line.contains(&format!("\"type\":\"{kind}\"")));
    let line = lines.next().expect("a sample of the kind");
    format!("{line}\n")
}

fn tempfile_of(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::with_suffix(".ndjson").expect("a file");
    fs::write(file.path(), text).expect("a file");
    file
}

const MAIL_EVENT: &str = r#"{"type":"track","event":"E","userId":"u-83920174","properties":{"email":"Wilhelmina@oakenshade.family","first_name":"Wilhelmina","plan":"pro","rows":12}}"#;

#[test]
fn what_says_nothing_of_anyone_stays_and_the_same_value_is_the_same_everywhere() {
    let source = "function onTrack(event) { return event.properties }";
    let folder = Folder::new(&[("f/function.js", source), ("g/function.js", source)]);
    let events = tempfile_of(MAIL_EVENT);
    let path = events.path().to_str().expect("UTF-8");
    assert_eq!(
        segfn(&folder, &["record", "f", path, "--pseudonymize"]).0,
        0
    );
    let (code, _, error) = segfn(&folder, &["cases", "add", "g", path, "--pseudonymize"]);
    assert_eq!((code, error.as_str()), (0, ""));
    nothing_is_found(folder.path());
    let event = read_json(&folder, "f/cases/track-e/event.json");
    let line: Value = serde_json::from_str(&read(&folder, "g/cases.ndjson")).expect("JSON");
    assert_eq!(event, line["event"]);
    assert_eq!(line["expected"]["value"], event["properties"]);
    let properties = &event["properties"];
    let [first, mail] =
        ["first_name", "email"].map(|name| properties[name].as_str().expect("a text"));
    assert_eq!(
        (&properties["plan"], &properties["rows"]),
        (&json!("pro"), &json!(12))
    );
    assert!(
        mail.starts_with(&format!("{first}@")) && mail.ends_with(".family"),
        "{mail}"
    );
    assert!(first.starts_with(char::is_uppercase) && first.len() == "Wilhelmina".len());
    assert!(event["userId"].as_str().expect("a text").starts_with("u-"));
    // Another key, other pseudonyms.
    let mut command =
        folder.command(&["cases", "add", "g", path, "--pseudonymize", "--limit", "1"]);
    command.env("SEGFN_PSEUDONYM_KEY", KEY.replace("00", "ff"));
    folder.write("g/cases.ndjson", "");
    assert_eq!(crate::support::output_of(&mut command).0, 0);
    let other: Value = serde_json::from_str(&read(&folder, "g/cases.ndjson")).expect("JSON");
    assert_ne!(other["event"]["userId"], event["userId"]);
}

#[test]
fn segfn_toml_says_it_for_all_and_the_flag_overrides_it() {
    let folder = Folder::new(&[
        (
            "function.js",
            "function onTrack(event) { return event.properties }",
        ),
        ("segfn.toml", "[redact]\npseudonymize = true\n"),
    ]);
    let events = tempfile_of(MAIL_EVENT);
    let path = events.path().to_str().expect("UTF-8");
    assert_eq!(segfn(&folder, &["record", ".", path]).0, 0);
    nothing_is_found(folder.path());
    // It is known again, as itself and as what stands for it.
    for events in [path, "cases/track-e/event.json"] {
        let (code, text, _) = segfn(&folder, &["record", ".", events]);
        assert_eq!(code, 0);
        assert!(text.contains("cases/track-e already exists"), "{text}");
    }
    fs::remove_dir_all(folder.path().join("cases")).expect("a folder");
    assert_eq!(
        folder
            .segfn(&["record", ".", path, "--pseudonymize=false"])
            .0,
        0
    );
    assert!(read(&folder, "cases/track-e/event.json").contains("oakenshade"));
    folder.write("segfn.toml", "[redact]\npseudonymize = \"yes\"\n");
    let (code, _, error) = folder.segfn(&["record", ".", path]);
    assert_eq!(code, 2);
    assert!(
        error.contains("segfn.toml:2:16: expected true or false"),
        "{error}"
    );
}

#[test]
fn recording_again_keeps_the_pseudonyms_of_a_case() {
    let folder = Folder::new(&[]);
    let (url, seen) = vendor();
    project(&folder, "f", &source(&EVENTS), &url);
    let sample = planted(&folder, "saas");
    let first = sample.lines().nth(2).expect("an event");
    let events = tempfile_of(first);
    let path = events.path().to_str().expect("UTF-8");
    assert_eq!(
        segfn(
            &folder,
            &["record", "f", path, "--pseudonymize", "--name", "x"]
        )
        .0,
        0
    );
    let before = read(&folder, "f/cases/x/event.json");
    seen.lock().expect("the requests").clear();
    let (code, _, error) = segfn(
        &folder,
        &["record", "f/cases/x", "--update", "--pseudonymize"],
    );
    assert_eq!((code, error.as_str()), (0, ""));
    assert_eq!(read(&folder, "f/cases/x/event.json"), before);
    let event: Value = serde_json::from_str(&before).expect("JSON");
    let id = event["userId"].as_str().expect("an id");
    // The real event isn't there any more: the vendor gets the pseudonyms.
    assert!(
        seen.lock()
            .expect("the requests")
            .contains(&format!("/users/{id}"))
    );
    nothing_is_found(folder.path());
    assert_eq!(folder.segfn(&["test", "f"]).0, 0);
    let cassette = read_json(&folder, "f/cases/x/traffic.har");
    assert_eq!(
        cassette["log"]["_segfn"]["redact"]["pseudonymize"], true,
        "{}",
        cassette["log"]["_segfn"]
    );
}

#[test]
fn a_function_that_goes_another_way_with_pseudonyms_is_told_of() {
    let folder = Folder::new(&[]);
    let (url, _) = vendor();
    let source = "async function onTrack(event, settings) {
        if (event.properties.first_name !== 'Wilhelmina') throw new ValidationError('who is it?');
        await fetch(settings.server);
    }";
    project(&folder, "f", source, &url);
    let events = tempfile_of(MAIL_EVENT);
    let path = events.path().to_str().expect("UTF-8");
    let (code, _, error) = segfn(&folder, &["record", "f", path, "--pseudonymize"]);
    assert_eq!(code, 0);
    let places = [&*folder.path().display().to_string(), &url];
    let told = places
        .iter()
        .fold(error, |text, place| text.replace(place, "…"));
    insta::assert_snapshot!(told, @r"
    warning: f/cases/track-e: with pseudonyms the function makes 0 requests, and live it made 1
    warning: f/cases/track-e: the live run ended as success, but the replay ends as discard
    hint: to see why: segfn test f/cases/track-e
    ");
}

#[cfg(unix)]
#[test]
fn the_key_is_made_once_and_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[(
        "f/function.js",
        "function onTrack(event) { return event.properties }",
    )]);
    let events = tempfile_of(MAIL_EVENT);
    let path = events.path().to_str().expect("UTF-8");
    let data = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str], variable: Option<&str>| {
        let mut command = folder.command(arguments);
        command.env_remove("SEGFN_PSEUDONYM_KEY");
        command.env("XDG_DATA_HOME", data.path());
        if let Some(value) = variable {
            command.env("SEGFN_PSEUDONYM_KEY", value);
        }
        let (code, out, error) = crate::support::output_of(&mut command);
        (
            code,
            out,
            error.replace(&data.path().display().to_string(), "DATA"),
        )
    };
    let record = ["record", "f", path, "--pseudonymize"];
    let (code, _, error) = run(&record, None);
    assert_eq!(code, 0);
    insta::assert_snapshot!(error, @r"
    warning: a key for pseudonyms was made: DATA/segfn/pseudonym.key
    hint: who records the same cases elsewhere needs a copy of it; who has it can find out whom they are about
    ");
    let file = data.path().join("segfn/pseudonym.key");
    let mode = fs::metadata(&file).expect("the key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(&file).expect("the key");
    assert_eq!(text.trim().len(), 64);
    let event = read(&folder, "f/cases/track-e/event.json");
    fs::remove_dir_all(folder.path().join("f/cases")).expect("a folder");
    let (code, _, error) = run(&record, None);
    assert_eq!((code, error.as_str()), (0, ""));
    assert_eq!(read(&folder, "f/cases/track-e/event.json"), event);
    // A key that can't be used is refused, and never shown.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("the key");
    let open = run(&record, None);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("the key");
    fs::write(&file, "no key").expect("the key");
    let wrong = run(&record, None);
    let variable = run(&record, Some("00"));
    for (code, ..) in [&open, &wrong, &variable] {
        assert_eq!(*code, 2);
    }
    insta::assert_snapshot!([open.2, wrong.2, variable.2].concat(), @r"
    error: others can read DATA/segfn/pseudonym.key
    hint: chmod 600 DATA/segfn/pseudonym.key
    error: DATA/segfn/pseudonym.key is no key: expected 64 hexadecimal digits
    hint: with another key, all pseudonyms are others; without the file, one is made
    error: SEGFN_PSEUDONYM_KEY is no key: expected 64 hexadecimal digits
    hint: `openssl rand -hex 32` makes one
    ");
}
