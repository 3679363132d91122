//! What is secret is not written down.

use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::recorded::{EVENT, json_server, passes, read};
use crate::support::Folder;
use crate::support::server::{response, server};

const SECRET: &str = "pl4nted/S3cr3t+value~77";

/// Puts the secret wherever a function can put one.
fn leaking(url: &str) -> String {
    format!(
        "async function onTrack(event, settings) {{
           const s = settings.apiKey, url = '{url}';
           const post = (body, headers, path = '') => fetch(url + path, {{ method: 'POST', body, headers }});
           await post(JSON.stringify({{ a: {{ [s]: ['x' + s] }}, b: Buffer.from('user:' + s).toString('base64') }}), {{ 'Content-Type': 'application/json', 'X-Note': 'a ' + s, Authorization: 'Basic ' + Buffer.from('u:' + s).toString('base64') }}, '/' + encodeURIComponent(s) + '?q=' + encodeURIComponent(s));
           await post(new URLSearchParams({{ field: s }}), {{ Cookie: 'sid=' + s }});
           const form = new FormData(); form.append('part', s); form.append('file', zlib.zlib.gzipSync('in a file ' + s), {{ filename: s + '.gz' }}); await post(form);
           await post(zlib.zlib.gzipSync(JSON.stringify({{ zipped: s }})), {{ 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' }});
           await post(zlib.zlib.gzipSync(s), {{ 'Content-Type': 'application/octet-stream' }});
           await post(Buffer.concat([Buffer.from([0, 255]), Buffer.from(s)]), {{}});
           await post('<a>' + s + '</a>', {{ 'Content-Type': 'text/xml' }});
           const echoed = await (await fetch(url + '/echo?token=' + encodeURIComponent(s))).text();
           const s3 = new AWS.S3({{ endpoint: url, s3ForcePathStyle: true, accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: s, sessionToken: 'token-' + s, region: 'us-east-1' }});
           await s3.putObject({{ Bucket: 'b', Key: 'k', Body: s }}).promise().catch(() => {{}});
           console.log('logged', s, {{ s }}, Buffer.from(s).toString('base64'), echoed);
           try {{ await fetch('http://127.0.0.1:1/' + encodeURIComponent(s)) }} catch (e) {{ console.error(e.message) }}
           throw new Error('failed with ' + s);
         }}"
    )
}

/// Every file below `folder` but those that hold the secret because a person put it there.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if !path.ends_with("settings.json") {
            found.push(path);
        }
    }
}

/// What a secret may look like: any eight bytes of it in a row are too many.
fn traces(bytes: &[u8]) -> Vec<String> {
    let encoded =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut forms = vec![
        SECRET.to_owned(),
        encoded(SECRET),
        SECRET.replace('/', "\\/"),
        SECRET[3..14].to_owned(),
    ];
    for before in ["", "a", "ab"] {
        let text = STANDARD.encode(format!("{before}{SECRET}"));
        forms.push(text[4..text.len() - 4].to_owned());
    }
    let text = String::from_utf8_lossy(bytes);
    forms
        .into_iter()
        .filter(|form| text.contains(form.as_str()))
        .collect()
}

/// The bytes, and what is in them in base64 and gzip, and in that.
fn opened(bytes: &[u8], depth: u32, found: &mut Vec<Vec<u8>>) {
    found.push(bytes.to_vec());
    if depth == 0 {
        return;
    }
    for start in 0..bytes.len().saturating_sub(2) {
        if bytes[start..].starts_with(&[0x1f, 0x8b, 8]) {
            let mut plain = Vec::new();
            let _ = flate2::read::GzDecoder::new(&bytes[start..]).read_to_end(&mut plain);
            opened(&plain, depth - 1, found);
        }
    }
    let text = String::from_utf8_lossy(bytes);
    let is_base64 = |char: char| char.is_ascii_alphanumeric() || "+/=".contains(char);
    for word in text
        .split(|char| !is_base64(char))
        .filter(|word| word.len() >= 8)
    {
        for offset in 0..4.min(word.len()) {
            let word = &word[offset..];
            let whole = &word[..word.len() / 4 * 4];
            if let Ok(plain) = STANDARD.decode(whole) {
                opened(&plain, depth - 1, found);
            }
        }
    }
}

#[test]
fn a_planted_secret_is_found_nowhere() {
    let url = server(|request| {
        // What was asked comes back, as it was.
        let body = format!("{{\"echo\":{}}}", Value::from(request));
        response(
            "200 OK",
            "Content-Type: application/json\r\nSet-Cookie: sid=pl4nted/S3cr3t+value~77; Path=/\r\n",
            body,
        )
    });
    let settings = serde_json::json!({ "apiKey": SECRET }).to_string();
    let event = serde_json::json!({"type": "track", "event": "E", "properties": {"said": format!("it is {SECRET}")}});
    let folder = Folder::new(&[
        ("f/function.js", &leaking(&url)),
        ("f/settings.json", &settings),
        (
            "f/segfn.toml",
            "secret = [\"apiKey\"]\n[test]\nlogs = true\n",
        ),
    ]);
    let input = Folder::new(&[("event.json", &event.to_string())]);
    let input = input.path().join("event.json");
    let (code, stdout, stderr) = folder.segfn(&["record", "f", input.to_str().expect("a path")]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let (test_code, test_out, test_err) = folder.segfn(&["test", "--all"]);
    let (_, run_out, run_err) =
        folder.segfn(&["run", "f", input.to_str().expect("a path"), "--json"]);
    let mut paths = Vec::new();
    files(folder.path(), &mut paths);
    assert!(
        paths.iter().any(|path| path.ends_with("traffic.har")),
        "{paths:?}"
    );
    let mut all: Vec<(String, Vec<u8>)> = vec![
        (
            "stdout".into(),
            [stdout, test_out.clone(), run_out].concat().into_bytes(),
        ),
        (
            "stderr".into(),
            [stderr, test_err.clone(), run_err].concat().into_bytes(),
        ),
    ];
    for path in paths {
        all.push((
            path.display().to_string(),
            std::fs::read(&path).expect("a file"),
        ));
    }
    for (name, bytes) in &all {
        let mut inside = Vec::new();
        opened(bytes, 3, &mut inside);
        for bytes in inside {
            let found = traces(&bytes);
            assert!(
                found.is_empty(),
                "{name}: {found:?}\n{}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }
    assert_eq!(
        test_code, 0,
        "the case passes as it is: {test_out}{test_err}"
    );
}

#[test]
fn a_secret_that_is_given_as_a_flag_is_not_written_and_not_needed_afterwards() {
    let (url, _) = json_server();
    let source = format!(
        "async function onTrack(event, settings) {{
           const r = await fetch('{url}/?k=' + settings.apiToken, {{ method: 'POST', body: JSON.stringify({{ key: settings.apiToken, region: settings.region }}) }});
           return r.status;
         }}"
    );
    let folder = Folder::new(&[("f/function.js", &source), ("event.json", EVENT)]);
    let token = format!("apiToken={SECRET}");
    let arguments = ["record", "f", "event.json", "-s", &token, "-s", "region=eu"];
    let (code, stdout, stderr) = folder.segfn(&arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let toml = read(&folder, "f/cases/track-order-completed/case.toml");
    assert!(
        toml.ends_with("[settings]\napiToken = \"[secret apiToken]\"\nregion = \"eu\"\n"),
        "{toml}"
    );
    let mut paths = Vec::new();
    files(folder.path(), &mut paths);
    for path in paths {
        let found = traces(&std::fs::read(&path).expect("a file"));
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
    passes(&folder, &[]);
}
