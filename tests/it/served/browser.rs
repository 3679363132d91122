//! Chromium, at its worst: pages that know the key and try all that a page can do.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{minute, signing, signing_at, uri, url_to_get, url_to_put, wait};
use crate::support::Folder;
use crate::support::browser::Browser;
use crate::support::served::{FIXED_KEY, Served};

/// A web server with one page, which leaves its port when it is dropped.
struct Site {
    port: u16,
    page: Arc<Mutex<String>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    fn new() -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let page: Arc<Mutex<String>> = Arc::default();
        let ended = Arc::new(AtomicBool::new(false));
        let (shown, end) = (page.clone(), ended.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let (stream, shown) = (stream.expect("a connection"), shown.clone());
                // Browsers open connections beforehand.
                std::thread::spawn(move || answer(stream, &shown));
            }
        });
        Site {
            port,
            page,
            ended,
            thread: Some(thread),
        }
    }

    fn show(&self, page: String) {
        *self.page.lock().expect("no panic") = page;
    }
}

fn answer(mut stream: TcpStream, page: &Mutex<String>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let page = page.lock().expect("no panic").clone();
    let length = page.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // A browser that is gone wants none.
    let _ = stream.write_all((head + &page).as_bytes());
}

impl Drop for Site {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no panic");
        }
    }
}

/// A page that tries everything, and puts what came of it into its title.
fn page(script: &str) -> String {
    format!(
        "<!doctype html><title>at work</title><body><script>
        const tried = async (what) => {{
          try {{ return await what() }} catch (error) {{ return error.name }}
        }};
        const loaded = (element, url) => new Promise((resolve) => {{
          element.onload = () => resolve('loaded');
          element.onerror = () => resolve('refused');
          element.src = url;
          document.body.append(element);
        }});
        (async () => {{ {script} }})().then(
          (result) => document.title = JSON.stringify(result),
          (error) => document.title = JSON.stringify({{ error: String(error) }}),
        );
        </script>"
    )
}

/// A signed form that stores a page.
fn form(served: &Served) -> Value {
    let now = jiff::Timestamp::now();
    let (day, time) = (now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ"));
    let later = now + jiff::SignedDuration::from_mins(5);
    let id = served.told("accessKeyId");
    let mut fields = json!({
        "key": "by-form",
        "success_action_status": "201",
        "Content-Type": "text/html",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": format!("{id}/{day}/us-east-1/s3/aws4_request"),
        "x-amz-date": time.to_string(),
    });
    let fixed = fields.as_object().expect("fields").iter();
    let mut conditions: Vec<Value> = fixed.map(|(name, value)| json!({ name: value })).collect();
    conditions.push(json!({ "bucket": "bkt" }));
    let policy = json!({ "expiration": later.to_string(), "conditions": conditions });
    let policy = STANDARD.encode(policy.to_string());
    let secret = format!("AWS4{}", served.told("secretAccessKey"));
    let mut key = secret.into_bytes();
    for part in [&day.to_string(), "us-east-1", "s3", "aws4_request", &policy] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        mac.update(part.as_bytes());
        key = mac.finalize().into_bytes().to_vec();
    }
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    fields["policy"] = policy.into();
    fields["x-amz-signature"] = hex.into();
    fields["file"] = "<script>alert(1)</script>".into();
    fields
}

/// Reads and writes by all ways there are: `tried` tells of each what the page has seen.
fn attack(served: &Served) -> String {
    let s3 = signing(served);
    let get = |key| json!(url_to_get(&s3, key));
    page(&format!(
        "const form = document.createElement('form');
         const frame = document.createElement('iframe');
         frame.name = form.target = 'frame';
         form.method = 'POST'; form.enctype = 'multipart/form-data'; form.action = {api} + '/bkt';
         for (const [name, value] of Object.entries({fields})) {{
           const field = document.createElement('textarea');
           Object.assign(field, {{ name, value }});
           form.append(field);
         }}
         document.body.append(frame, form);
         const sent = new Promise((resolve) => frame.onload = () => resolve('sent'));
         form.submit();
         await sent;
         const image = () => new Image();
         const asked = () => Object.assign(new Image(), {{ crossOrigin: 'anonymous' }});
         const script = () => document.createElement('script');
         return {{
           get: await tried(async () => (await fetch({there})).text()),
           put: await tried(async () => (await fetch({put}, {{ method: 'PUT', body: 'of a page', headers: {{ 'x-amz-meta-a': 'b' }} }})).status),
           meta: await tried(async () => (await fetch({back})).headers.get('x-amz-meta-a')),
           blind: await tried(async () => (await fetch({there}, {{ mode: 'no-cors' }})).type),
           image: await loaded(image(), {image}),
           asked: await loaded(asked(), {image}),
           script: await loaded(script(), {script}),
         }}",
        api = json!(served.url()),
        // What ends a script must not stand in one.
        fields = form(served).to_string().replace("</", "<\\/"),
        there = get("there"),
        put = json!(url_to_put(&s3, "by-fetch")),
        back = get("by-fetch"),
        image = get("image.png"),
        script = get("script.js"),
    ))
}

fn world() -> Folder {
    let folder = Folder::new(&[
        (".segfn/s3/bkt/there", "an object"),
        (".segfn/s3/bkt/script.js", "window.ran = true"),
    ]);
    let dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let dot = STANDARD.decode(dot).expect("a picture of one dot");
    folder.write(".segfn/s3/bkt/image.png", dot);
    folder
}

fn stored(folder: &Folder) -> Vec<&'static str> {
    let bucket = folder.path().join(".segfn/s3/bkt");
    let mut keys = vec!["by-form", "by-fetch"];
    keys.retain(|key| bucket.join(key).exists());
    keys
}

#[test]
fn a_page_of_another_origin_reads_and_writes_nothing() {
    let folder = world();
    let served = Served::start(&folder, &FIXED_KEY);
    let site = Site::new();
    site.show(attack(&served));
    let browser = Browser::start();
    // A stranger's site, and another port of this machine.
    for host in ["evil.test", "localhost", "127.0.0.1"] {
        let tab = browser.open(&format!("http://{host}:{}/", site.port));
        let expected = json!({
            "get": "TypeError", "put": "TypeError", "meta": "TypeError", "blind": "TypeError",
            "image": "refused", "asked": "refused", "script": "refused",
        });
        assert_eq!(tab.result(), expected, "{host}");
    }
    assert_eq!(stored(&folder), [""; 0]);
}

#[test]
fn a_page_of_an_origin_that_is_let_in_reads_and_writes() {
    let (folder, site) = (world(), Site::new());
    let origin = format!("http://app.test:{}", site.port);
    let cors = ["--cors", &origin];
    let served = Served::start(&folder, &[&FIXED_KEY[..], &cors].concat());
    site.show(attack(&served));
    let browser = Browser::start();
    let seen = browser.open(&format!("{origin}/")).result();
    // Pictures and scripts that don't say whose page they are for are refused all the same.
    let expected = json!({
        "get": "an object", "put": 200, "meta": "b", "blind": "TypeError",
        "image": "refused", "asked": "loaded", "script": "refused",
    });
    assert_eq!(seen, expected);
    assert_eq!(stored(&folder), ["by-form", "by-fetch"]);
}

#[test]
fn a_name_that_led_to_a_strangers_site_and_now_leads_here_is_refused() {
    for (arguments, read) in [(&[][..], false), (&["--allow-host", "rebind.test"], true)] {
        let (folder, site, browser) = (world(), Site::new(), Browser::start());
        let port = site.port;
        let here = format!("http://rebind.test:{port}");
        let s3 = signing_at(&here, "test", "test");
        // To the browser it is the page's own site that answers.
        site.show(page(&format!(
            "for (;;) {{
               const answer = await fetch({}).catch(() => null);
               const text = await answer?.text() ?? '<!';
               if (!text.startsWith('<!')) return {{ status: answer.status, text }};
               await new Promise((resolve) => setTimeout(resolve, 50));
             }}",
            json!(url_to_get(&s3, "there"))
        )));
        let tab = browser.open(&format!("{here}/"));
        tab.title(|title| title == "at work");
        drop(site);
        let _served = Served::on_port(&folder, port, &[&FIXED_KEY[..], arguments].concat());
        let seen = tab.result();
        let text = seen["text"].as_str().unwrap_or_else(|| panic!("{seen}"));
        if read {
            assert_eq!((&seen["status"], text), (&json!(200), "an object"));
        } else {
            assert_eq!(seen["status"], 403, "{text}");
            assert!(text.contains("--allow-host rebind.test adds it"), "{text}");
        }
    }
}

#[test]
fn a_stored_page_ran_as_one_of_the_api() {
    // Of two titles the first counts.
    let html = "<script>document.write('<title>ran</title>')</script><title>shown</title>";
    let folder = Folder::new(&[(".segfn/s3/bkt/page.html", html)]);
    let served = Served::start(&folder, &[]);
    let s3 = signing(&served);
    let get = s3.get_object().bucket("bkt").key("page.html");
    let get = get.response_content_type("text/html").presigned(minute());
    let browser = Browser::start();
    let tab = browser.open(&uri(wait(get).expect("signed")));
    assert_eq!(
        tab.title(|title| ["ran", "shown"].contains(&title)),
        "shown"
    );
    // What the same page does elsewhere.
    let site = Site::new();
    site.show(html.to_owned());
    let tab = browser.open(&format!("http://127.0.0.1:{}/", site.port));
    assert_eq!(tab.title(|title| ["ran", "shown"].contains(&title)), "ran");
}
