//! Each form goes each way out of a function, and through each command that writes.

use std::io::Read as _;
use std::path::Path;

use memchr::memmem;

use super::forms::{CONFIG, FORMS, needles, settings};
use crate::support::Folder;
use crate::support::server::{response, server};

/// Puts all forms where the event's name says.
const SINKS: &str = r#"
async function onTrack({ event: sink, server }, settings) {
  const all = made(settings).slice(0);
  const given = Object.entries(settings);
  switch (sink) {
    case 'log':
      for (const [, text] of all) console.log(text);
      return 'VALUE';
    case 'inspect':
      for (const [name, text] of all) console.log({ [name]: [text] });
      for (const [, t] of given) console.log(Buffer.from(t), new Uint8Array(Buffer.from(t)), { t: Buffer.from('key=' + t) }, t.split('\n'), [[t]], new Map([[t, t]]), new Error(t));
      return 'VALUE';
    case 'value':
      return { VALUE: Object.fromEntries(all), ...Object.fromEntries(given.map(([, t]) => [t, [Buffer.from(t), new Uint8Array(Buffer.from(t))]])) };
    case 'error':
      throw new Error('VALUE ' + all.map(([, text]) => text).join(' '));
    case 'thrown':
      throw Object.fromEntries(all);
    case 'request': {
      const send = (path, headers, body) => fetch(server + path, { method: 'POST', headers, body });
      for (const [name, t] of given) {
        const forms = all.filter(([form]) => form.startsWith(name)).filter(([, text]) => text.length < 3000);
        const headers = forms.filter(([, text]) => /^[ -~]*$/.test(text));
        await send('/' + name, Object.fromEntries(headers.slice(0, 20).map(([, text], i) => ['x-h' + i, text])), JSON.stringify(Object.fromEntries(forms)));
        for (const [, text] of forms.filter(([, text]) => /^[a-z0-9-]{3,60}$/i.test(text))) await send('/', { [text]: 'x' }, 'name');
        if (t.length < 1000) for (const [form, text] of forms) if (!/(units|utf16|typed|bufferJson|pretty)$/.test(form)) await send('/p/' + encodeURIComponent(text) + '?q=' + encodeURIComponent(text), {}, text);
        await send('/form', {}, new URLSearchParams({ t }));
        await send('/buffer', { 'Content-Type': 'application/json' }, JSON.stringify({ b: Buffer.from(t) }));
      }
      return 'VALUE';
    }
    case 'stored': {
      const s3 = new AWS.S3({ region: 'us-east-1' });
      for (const [name, text] of all) if (text.length < 900) await s3.putObject({ Bucket: 'b', Key: 'VALUE/' + name + '/' + text, Body: text }).promise();
      return 1;
    }
    case 'cut':
      for (const [, t] of given) for (const most of [256 * 1024, 10000]) if (t.length > 12) {
        console.log('x'.repeat(most - 11 - 3) + ' ' + t);
        console.log({ a: 'x'.repeat(most - 11) + ' ' + t, b: 'VALUE' });
      }
      throw new Error('VALUE ' + 'y'.repeat(64 * 1024 - 20) + ' ' + settings.long);
  }
}"#;

const NAMES: [&str; 8] = [
    "log", "inspect", "value", "error", "thrown", "request", "stored", "cut",
];

struct Scan {
    needles: Vec<(String, String)>,
    leaks: Vec<String>,
}

impl Scan {
    fn look(&mut self, place: &str, bytes: &[u8]) {
        let written = !place.starts_with("run") && !place.starts_with("diff");
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            text.clear();
            flate2::read::GzDecoder::new(bytes)
                .read_to_string(&mut text)
                .expect("gzip");
        }
        for (name, needle) in &self.needles {
            // Names tell secrets only where something is written.
            if !written && name.starts_with("apiToken") {
                continue;
            }
            if let Some(at) = memmem::find(text.as_bytes(), needle.as_bytes()) {
                let around = text[text.floor_char_boundary(at.saturating_sub(40))
                    ..text.ceil_char_boundary(at + 60)]
                    .to_owned();
                self.leaks.push(format!("{place}: {name:.60}: {around:?}"));
            }
        }
    }

    /// Every file but those that hold secrets because a person put them there, and what functions store.
    fn look_at_files(&mut self, what: &str, folder: &Path, root: &Path) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path
                .strip_prefix(root)
                .expect("below")
                .display()
                .to_string();
            self.look(&format!("{what}: a name"), name.as_bytes());
            if path.is_dir() {
                if !path.ends_with(".segfn") {
                    self.look_at_files(what, &path, root);
                }
            } else if !path.ends_with("settings.json") {
                self.look(
                    &format!("{what}: {name}"),
                    &std::fs::read(&path).expect("a file"),
                );
            }
        }
    }

    fn run(&mut self, folder: &Folder, arguments: &[&str], codes: &[i32]) -> String {
        let output = folder.command(arguments).output().expect("segfn runs");
        let what = arguments.join(" ");
        self.look(&format!("{what}: out"), &output.stdout);
        self.look(&format!("{what}: err"), &output.stderr);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().expect("an exit code");
        assert!(codes.contains(&code), "{what}: {code}, {stderr:.2000}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

#[test]
fn no_output_holds_a_secret_in_any_form() {
    let url = server(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        response("200 OK", "Content-Type: text/plain\r\n", path)
    });
    let source = format!("{FORMS}{SINKS}");
    let folder = Folder::new(&[
        ("function.js", &source),
        ("other.js", &source.replace("VALUE", "OTHER")),
        ("settings.json", &settings()),
        (
            "segfn.toml",
            &format!("{CONFIG}timeout = \"60s\"\n[test]\nlogs = true\n"),
        ),
    ]);
    let events = NAMES.map(|sink| {
        let message = serde_json::json!({"type": "track", "event": sink, "server": url});
        message.to_string() + "\n"
    });
    folder.write("events.ndjson", events.concat());
    let mut scan = Scan {
        needles: needles(),
        leaks: Vec::new(),
    };
    let shown = scan.run(&folder, &["run", ".", "events.ndjson"], &[1]);
    assert!(shown.matches("[secret uni]").count() > 100, "{shown:.3000}");
    scan.run(&folder, &["run", ".", "events.ndjson", "--json"], &[1]);
    scan.run(&folder, &["record", ".", "events.ndjson"], &[0]);
    scan.look_at_files("recorded", folder.path(), folder.path());
    let reports = [
        "text=r1.txt",
        "json=r2.txt",
        "junit=r3.xml",
        "tap=r4.txt",
        "github=r5.txt",
        "text",
    ];
    let reports: Vec<&str> = reports
        .iter()
        .flat_map(|report| ["--report", report])
        .collect();
    let mut test = vec!["test", "--coverage", "json,lcov,html"];
    test.extend(&reports);
    scan.run(&folder, &test, &[0, 1]);
    // Nothing is as expected any more.
    for case in std::fs::read_dir(folder.path().join("cases")).expect("cases") {
        let expected = case.expect("a case").path().join("expected.json");
        std::fs::write(
            expected,
            r#"{"v":1,"handler":"onTrack","class":"filtered","value":{"a":1}}"#,
        )
        .expect("written");
    }
    scan.run(&folder, &test, &[1]);
    scan.run(&folder, &["review", "--json"], &[1]);
    scan.look_at_files("reports", folder.path(), folder.path());
    scan.run(&folder, &["accept", "."], &[0]);
    scan.look_at_files("accepted", folder.path(), folder.path());
    let diff = [
        "diff",
        "function.js",
        "other.js",
        "events.ndjson",
        "--logs",
        "--settings",
        "settings.json",
    ];
    scan.run(&folder, &diff, &[1]);
    scan.run(&folder, &[&diff[..], &["--json"]].concat(), &[1]);
    std::fs::remove_dir_all(folder.path().join("cases")).expect("removed");
    scan.run(&folder, &["cases", "add", ".", "events.ndjson"], &[0]);
    scan.look_at_files("added", folder.path(), folder.path());
    assert!(
        scan.leaks.is_empty(),
        "{} leaks:\n{}",
        scan.leaks.len(),
        scan.leaks[..scan.leaks.len().min(60)].join("\n")
    );
}
