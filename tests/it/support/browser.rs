//! A real browser: headless Chromium, which scripts/provide-chromium brings.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tempfile::TempDir;

/// Chromium with a profile of its own, until it is dropped. Every name below `.test` leads to
/// 127.0.0.1.
pub struct Browser {
    process: Child,
    /// Where it takes commands.
    address: String,
    _profile: TempDir,
}

impl Browser {
    pub fn start() -> Browser {
        let profile = tempfile::tempdir().expect("a folder");
        let (program, libraries) = installed();
        let mut process = Command::new(&program)
            .env("LD_LIBRARY_PATH", libraries)
            .args(["--headless", "--disable-gpu", "--no-first-run"])
            // Tests run as root in CI, where Chromium's own sandbox can't.
            .args(["--no-sandbox", "--no-zygote"])
            .args(["--disable-background-networking", "--disable-sync"])
            .arg("--host-resolver-rules=MAP *.test 127.0.0.1")
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            // Its own processes end with it.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut stderr = BufReader::new(process.stderr.take().expect("a pipe"));
        let mut told = String::new();
        let address = loop {
            let mut line = String::new();
            let read = stderr.read_line(&mut line).expect("text");
            told.push_str(&line);
            assert!(read > 0, "Chromium doesn't start: {told}");
            if let Some((_, rest)) = line.split_once("DevTools listening on ws://") {
                break rest.split('/').next().unwrap_or_default().to_owned();
            }
        };
        // Whatever else it says must not make it wait.
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        Browser {
            process,
            address,
            _profile: profile,
        }
    }

    /// Opens a page in a new tab, as if a person had typed its address.
    pub fn open(&self, url: &str) -> Tab<'_> {
        let url = utf8_percent_encode(url, NON_ALPHANUMERIC);
        let told = self.command("PUT", &format!("/json/new?{url}"));
        let id = told["id"].as_str().expect("an id").to_owned();
        Tab { browser: self, id }
    }

    fn command(&self, method: &str, path: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let limit = Some(Duration::from_secs(60));
        stream.set_read_timeout(limit).expect("a time limit");
        let host = &self.address;
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("it is sent");
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("a head");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a number");
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = Vec::new();
        reader.take(length).read_to_end(&mut body).expect("a body");
        serde_json::from_slice(&body).expect("JSON")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to end.
        if let Ok(group) = i32::try_from(self.process.id()) {
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
        let _ = self.process.wait();
    }
}

/// A page.
pub struct Tab<'b> {
    browser: &'b Browser,
    id: String,
}

impl Tab<'_> {
    /// The page's title, as soon as it is one that is `wanted`.
    #[track_caller]
    pub fn title(&self, wanted: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let tabs = self.browser.command("GET", "/json/list");
            let mut tabs = tabs.as_array().expect("tabs").iter();
            let tab = tabs.find(|tab| tab["id"] == *self.id).expect("the tab");
            let title = unescaped(tab["title"].as_str().unwrap_or_default());
            if wanted(&title) {
                return title;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{tab:#}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the page's script puts into its title as JSON, when it is done.
    #[track_caller]
    pub fn result(&self) -> Value {
        let title = self.title(|title| title.starts_with('{'));
        serde_json::from_str(&title).expect("JSON")
    }
}

/// Chromium tells titles as HTML.
fn unescaped(text: &str) -> String {
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    for (written, meant) in signs {
        text = text.replace(written, meant);
    }
    text
}

/// The program, and the folder of libraries that it brings.
pub(super) fn installed() -> (PathBuf, PathBuf) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.chromium");
    match std::env::var_os("SEGFN_CHROMIUM") {
        Some(other) => (other.into(), PathBuf::new()),
        None => {
            let program = folder.join("chromium");
            let missing = "there is no browser: scripts/provide-chromium brings it";
            assert!(program.exists(), "{missing}");
            (program, folder.join("lib"))
        }
    }
}
