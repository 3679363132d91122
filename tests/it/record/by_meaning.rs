//! Secrets that nobody named are taken out of all that is written, by their names and forms.

use std::path::{Path, PathBuf};

use super::recorded::{passes, read};
use crate::support::Folder;
use crate::support::server::{response, server};

/// What each secret here begins with.
const MARK: &str = "h1dden";

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

#[test]
fn secrets_that_nobody_named_were_written_in_clear() {
    let url = server(|_| {
        response(
            "200 OK",
            "Content-Type: application/json\r\nX-Next-Session: h1dden-01\r\nSet-Cookie: sid=h1dden-02\r\n",
            "{\"data\":{\"credentials\":{\"login\":\"h1dden-03\"}},\"xml\":\"<t><apiKey>h1dden-04</apiKey></t>\",\"next_page_token\":\"p1\",\"id\":12345678901234567890123}",
        )
    });
    let source = format!(
        "async function onTrack(event, settings) {{
           const post = (path, body, headers = {{}}) => fetch('{url}' + path, {{ method: 'POST', body, headers }});
           const answer = await (await post('/echo?hapikey=h1dden-05&key=h1dden-06-1234567890',
             JSON.stringify({{ writeKey: 'h1dden-07', webhook_secret: 'h1dden-08', token: event.properties.token,
               list: [{{ name: 'password', value: 'h1dden-09' }}], title: 'cut \\ud83d', big: 1 }}),
             {{ 'Ocp-Apim-Subscription-Key': settings.subKey, 'X-Functions-Key': 'h1dden-10', 'content-type': 'application/json' }})).json();
           await post('/form', 'user[password]=h1dden-11&a=1', {{ 'content-type': 'application/x-www-form-urlencoded' }});
           await post('/form', 'grant_type=x&client_secret=h1dden-12');
           await post('/xml', '<a password=\"h1dden-13\"><b>{{\"secret\":\"h1dden-14\"}}</b></a>', {{ 'content-type': 'text/xml' }});
           console.log('logged in with password=h1dden-15');
           return {{ answer, access_token: 'h1dden-16', note: 'Bearer h1dden-17-1234567890', count: 12 }};
         }}"
    );
    let event = format!(
        r#"{{"type":"track","event":"E","properties":{{"token":"{MARK}-18-1234567890","title":"The token ring"}},"context":{{"auth":{{"password":"{MARK}-19"}}}}}}"#
    );
    let folder = Folder::new(&[
        ("f/function.js", &source),
        ("f/segfn.toml", "[test]\nlogs = true\n"),
    ]);
    let input = Folder::new(&[("event.json", &event)]);
    let input = input.path().join("event.json");
    let (code, stdout, stderr) = folder.segfn(&[
        "record",
        "f",
        input.to_str().expect("a path"),
        "-s",
        "subKey=h1dden-20-0123456789abcdef",
    ]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let mut paths = Vec::new();
    files(folder.path(), &mut paths);
    let mut left = Vec::new();
    for path in paths.iter().filter(|path| !path.ends_with("function.js")) {
        let text = std::fs::read_to_string(path).expect("a text");
        for line in text.lines().filter(|line| line.contains(MARK)) {
            left.push(format!("{}: {line}", path.display()));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
    let event = read(&folder, "f/cases/track-e/event.json");
    assert!(event.contains("\"token\": \"[secret token]\""), "{event}");
    assert!(event.contains("The token ring"), "{event}");
    let expected = read(&folder, "f/cases/track-e/expected.json");
    assert!(
        expected.contains("\"count\": 12") && expected.contains("\"next_page_token\": \"p1\""),
        "{expected}"
    );
    passes(&folder, &[]);
}

#[test]
fn what_the_project_keeps_is_written() {
    let source = "async function onTrack(event) { return event.properties; }";
    let event = r#"{"type":"track","event":"E","properties":{"page":{"token":"c0ntinue"},"token":"h1dden-1"}}"#;
    let folder = Folder::new(&[
        ("f/function.js", source),
        ("f/segfn.toml", "[redact]\nkeep = [\"**.page.token\"]\n"),
        ("event.json", event),
    ]);
    assert_eq!(folder.segfn(&["record", "f", "event.json"]).0, 0);
    for name in ["event.json", "expected.json"] {
        let text = read(&folder, &format!("f/cases/track-e/{name}"));
        assert!(
            text.contains("c0ntinue") && !text.contains("h1dden"),
            "{text}"
        );
    }
    passes(&folder, &[]);
    folder.write("f/segfn.toml", "[redact]\nkeep = [\"a..b\"]\n");
    let (code, _, stderr) = folder.segfn(&["test"]);
    assert!(code != 0 && stderr.contains("redact.keep"), "{stderr}");
}

#[test]
fn what_a_response_brought_is_hidden_where_it_is_sent_on() {
    let url = server(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let body = match path {
            "/login" => "{\"session\":{\"id\":7,\"token\":\"h1dden-9f8e7d6c5b\"}}".to_owned(),
            path => format!("{{\"path\":{path:?}}}"),
        };
        response("200 OK", "Content-Type: application/json\r\n", body)
    });
    let source = format!(
        "async function onTrack() {{
           const {{ session }} = await (await fetch('{url}/login')).json();
           const r = await fetch('{url}/items/' + session.token + '/x', {{ method: 'POST', body: 'for ' + session.token }});
           return [r.status, session.id];
         }}"
    );
    let folder = Folder::new(&[
        ("f/function.js", &source),
        ("event.json", "{\"type\":\"track\"}"),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["record", "f", "event.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    for name in ["traffic.har", "expected.json"] {
        let text = read(&folder, &format!("f/cases/track/{name}"));
        assert!(!text.contains(MARK), "{text}");
    }
    passes(&folder, &[]);
}
