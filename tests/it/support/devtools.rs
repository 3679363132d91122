//! One page in Chromium, under the eyes of its developer tools: they are talked to over pipes.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::browser::installed;

/// A page that is loaded.
pub struct Page {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// The number of the last command.
    last: u64,
    session: Option<String>,
    /// What the browser asked for, or complained of, since the page was opened.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Page {
    /// Opens a file, and waits until it is loaded.
    pub fn open(file: &Path) -> Page {
        let profile = tempfile::tempdir().expect("a folder");
        let (program, libraries) = installed();
        // The pipes are the descriptors 3 and 4.
        let script = "exec \"$0\" \"$@\" 3<&0 4>&1 >/dev/null";
        let mut process = Command::new("sh")
            .args(["-c", script])
            .arg(&program)
            .env("LD_LIBRARY_PATH", libraries)
            .args([
                "--headless",
                "--disable-gpu",
                "--no-first-run",
                "--hide-scrollbars",
            ])
            // Tests run as root in CI, where Chromium's own sandbox can't.
            .args(["--no-sandbox", "--no-zygote"])
            .args(["--disable-background-networking", "--disable-sync"])
            .arg("--remote-debugging-pipe")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            // Its own processes end with it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let to = process.stdin.take().expect("a pipe");
        let from = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut page = Page {
            process,
            to,
            from,
            last: 0,
            session: None,
            events: Vec::new(),
            _profile: profile,
        };
        let target = page.command("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = page.command("Target.attachToTarget", attach);
        page.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Network", "Log", "Runtime"] {
            page.command(&format!("{domain}.enable"), json!({}));
        }
        let url = format!("file://{}", file.display());
        page.command("Page.navigate", json!({"url": url}));
        while !page.has("Page.loadEventFired") {
            page.listen();
        }
        page
    }

    /// What a script gives, which runs in the page.
    #[track_caller]
    pub fn ask(&mut self, script: &str) -> Value {
        let given = json!({"expression": script, "returnByValue": true, "awaitPromise": true});
        let told = self.command("Runtime.evaluate", given);
        assert!(told.get("exceptionDetails").is_none(), "{script}: {told:#}");
        told["result"]["value"].clone()
    }

    /// The window is so wide from now on.
    pub fn resize(&mut self, width: u32) {
        let metrics =
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// The person prefers this scheme of colours: `light` or `dark`.
    pub fn prefer(&mut self, scheme: &str) {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        self.command("Emulation.setEmulatedMedia", json!({"features": [feature]}));
    }

    /// A key is pressed and let go.
    pub fn press(&mut self, key: &str, code: u32) {
        for kind in ["keyDown", "keyUp"] {
            let text = if key == "Enter" { "\r" } else { "" };
            let event = json!({
                "type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code,
            });
            self.command("Input.dispatchKeyEvent", event);
        }
    }

    /// The whole page as a picture, which is written to `file`.
    pub fn picture(&mut self, file: &Path) {
        let told = self.command(
            "Page.captureScreenshot",
            json!({"format": "png", "captureBeyondViewport": true}),
        );
        let picture = STANDARD.decode(told["data"].as_str().expect("a picture"));
        std::fs::write(file, picture.expect("base64")).expect("it is written");
    }

    /// The addresses of all that the page asked for.
    pub fn asked_for(&self) -> BTreeSet<String> {
        let sent = self.events.iter();
        let sent = sent.filter(|event| event["method"] == "Network.requestWillBeSent");
        let urls = sent.filter_map(|event| event["params"]["request"]["url"].as_str());
        urls.map(str::to_owned).collect()
    }

    /// What the browser complained of, such as what the page's policy forbids.
    pub fn complaints(&self) -> Vec<String> {
        let said = self.events.iter();
        let said = said.filter(|event| event["method"] == "Log.entryAdded");
        let texts = said.filter_map(|event| event["params"]["entry"]["text"].as_str());
        texts.map(str::to_owned).collect()
    }

    fn has(&self, method: &str) -> bool {
        self.events.iter().any(|event| event["method"] == method)
    }

    #[track_caller]
    fn command(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut command = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        self.to
            .write_all(format!("{command}\0").as_bytes())
            .expect("it is sent");
        loop {
            let told = self.listen();
            if told["id"] == self.last {
                assert!(told.get("error").is_none(), "{method}: {told:#}");
                return told["result"].clone();
            }
        }
    }

    /// The next that the browser says.
    fn listen(&mut self) -> Value {
        let mut told = Vec::new();
        self.from.read_until(0, &mut told).expect("an answer");
        assert_eq!(told.pop(), Some(0), "Chromium has ended");
        let told: Value = serde_json::from_slice(&told).expect("JSON");
        if told.get("method").is_some() {
            self.events.push(told.clone());
        }
        told
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to end.
        if let Ok(group) = i32::try_from(self.process.id()) {
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
        let _ = self.process.wait();
    }
}
