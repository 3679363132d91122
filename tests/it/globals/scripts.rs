//! Each script in `scripts/`, by node and by segfn.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use regex::Regex;
use serde_json::{Value, json};

use crate::support::{Run, node, same};

/// A test for each script.
macro_rules! scripts {
    ($($test:ident $name:literal)*) => {
        $(
            #[test]
            fn $test() {
                compare($name);
            }
        )*

        #[test]
        fn no_script_is_forgotten() {
            let mut names: Vec<String> = std::fs::read_dir(file("scripts"))
                .expect("the scripts")
                .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
                .collect();
            names.sort();
            assert_eq!(names, [$(concat!($name, ".js")),*]);
        }
    };
}

scripts! {
    akeyless "akeyless"
    aws4 "aws4"
    azure "azure"
    base64 "base64"
    buffer_cases "buffer-cases"
    buffer "buffer"
    clickhouse "clickhouse"
    crypto_keys "crypto-keys"
    crypto "crypto"
    cryptojs "cryptojs"
    fetch_retry "fetch-retry"
    form_data "form-data"
    google "google"
    https "https"
    hubspot "hubspot"
    jsforce "jsforce"
    jsonwebtoken "jsonwebtoken"
    libphonenumber "libphonenumber"
    lodash "lodash"
    mailchimp "mailchimp"
    mailjet "mailjet"
    moment "moment"
    node_fetch "node-fetch"
    oauth "oauth"
    onesignal "onesignal"
    pg "pg"
    sendgrid "sendgrid"
    sentry "sentry"
    skyflow "skyflow"
    snowflake "snowflake"
    stripe "stripe"
    twilio "twilio"
    url_search_params_cases "url-search-params-cases"
    url "url"
    uuidv5 "uuidv5"
    winston "winston"
    xml "xml"
    xml2js "xml2js"
    zlib "zlib"
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/globals")
        .join(name)
}

fn compare(name: &str) {
    let script = file(&format!("scripts/{name}.js"));
    let real = node::until_it_ends(|| {
        side(|settings| {
            let mut command = node::node();
            command
                .arg(file("node.cjs"))
                .arg(&script)
                .arg(settings.to_string())
                .env("TZ", "UTC");
            let output = node::output_of(&mut command)?;
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "node: {stderr}");
            Some(String::from_utf8(output.stdout).expect("UTF-8"))
        })
    });
    let body = std::fs::read_to_string(&script).expect("a script");
    let ours = side(|settings| {
        let outcome = Run::new(&format!(
            "async function onTrack(event, settings) {{\n{body}\nreturn event;\n}}"
        ))
        .write("settings.json", settings.to_string())
        .args(&["--timeout", "60s", "--settings", "settings.json"])
        // The kind that has all of them.
        .args(&["--kind", "insert-source"])
        .track("t")
        .outcome();
        assert_eq!(outcome["class"], "success", "{outcome:#}");
        let logs = outcome["logs"].as_array().into_iter().flatten();
        // node's other levels go to standard error.
        let logs = logs.filter(|log| matches!(log["level"].as_str(), Some("log" | "info")));
        let lines = logs.map(|log| format!("{}\n", log["text"].as_str().expect("a text")));
        Some(lines.collect::<String>())
    })
    .expect("segfn ends");
    same::assert_same(name, ["node", &real], ["segfn", &ours]);
}

/// What a run prints, and then what the vendor's server was asked. `None` where the run did not end.
fn side(run: impl FnOnce(&Value) -> Option<String>) -> Option<String> {
    let mut vendors = Command::new("node")
        .arg(file("vendors.cjs"))
        .stdout(Stdio::piped())
        .spawn()
        .map(Vendors)
        .expect("node starts");
    let mut lines = BufReader::new(vendors.0.stdout.take().expect("a pipe")).lines();
    let port = lines.next().expect("a port").expect("a line");
    let printed = run(&json!({ "vendor": format!("http://127.0.0.1:{port}") }));
    drop(vendors);
    let requests: String = lines.map(|line| request(&line.expect("a line"))).collect();
    Some(normalised(&format!("{}{requests}", printed?), &port))
}

struct Vendors(Child);

impl Drop for Vendors {
    fn drop(&mut self) {
        self.0.kill().expect("a process");
        self.0.wait().expect("its end");
    }
}

/// A request as text, with its headers as they came.
fn request(line: &str) -> String {
    let request: Value = serde_json::from_str(line).expect("JSON");
    let text = |name: &str| request[name].as_str().expect("a text").to_owned();
    let headers: String = request["headers"]
        .as_array()
        .expect("a list")
        .chunks(2)
        .map(|header| format!("{}: {}\n", header[0], header[1]))
        .collect();
    format!(
        "{} {}\n{headers}\n{}\n",
        text("method"),
        text("url"),
        text("body")
    )
}

/// `text` without what differs from run to run.
fn normalised(text: &str, port: &str) -> String {
    let mut text = text.replace(&format!(":{port}"), ":PORT");
    for (pattern, name) in [
        (r"(?m)^ +at .*?( \{)?$\n?", "$1"),
        (r"-{20,}\d{24}", "BOUNDARY"),
        (
            r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT",
            "TIME",
        ),
        (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
        // Of the machine: packages under segfn learn nothing of it.
        (r#"uname\\":\\"[^"\\]*"#, "uname"),
        (
            r#""Content-Length": "\d+"([^{]*\{"data":\{"ACCOUNT_NAME".*?"CLIENT_ENVIRONMENT":)\{[^}]*\}"#,
            "Content-Length$1",
        ),
        (r#""(sent_at|trace_id)":"[^"]*""#, "$1"),
        // Signed with the server's port.
        (r#"oauth_signature=\\"[^"\\]*"#, "oauth_signature=SIGNATURE"),
        (
            r"Node/v?\d+\.\d+\.\d+|node/v?\d+\.\d+\.\d+|v20\.\d+\.\d+",
            "NODE",
        ),
    ] {
        let pattern = Regex::new(pattern).expect("a pattern");
        text = pattern.replace_all(&text, name).into_owned();
    }
    text
}
