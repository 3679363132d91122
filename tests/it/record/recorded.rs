//! A function that makes a request, and the files of its cases.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::support::Folder;
use crate::support::server::{response, server};

pub const EVENT: &str =
    r#"{"type":"track","event":"Order Completed","userId":"u","messageId":"m"}"#;

pub fn json_server() -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let url = server(move |request| {
        counted.fetch_add(1, Ordering::SeqCst);
        let path = request.split(' ').nth(1).unwrap_or_default();
        let body = format!("{{\"path\":{path:?}}}");
        response("200 OK", "Content-Type: application/json\r\n", body)
    });
    (url, count)
}

/// A function that posts what it gets, with the time and a random value.
pub fn posting(url: &str) -> String {
    format!(
        "async function onTrack(event, settings) {{
           const body = JSON.stringify({{ name: event.event, at: new Date(), id: crypto.randomUUID() }});
           const r = await fetch('{url}/v1', {{ method: 'POST', body, headers: {{ 'Content-Type': 'application/json' }} }});
           await new Promise((resolve) => setTimeout(resolve, 50));
           return [await r.json(), new Date()];
         }}"
    )
}

pub fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn json(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&read(folder, name)).expect("JSON")
}

#[track_caller]
pub fn passes(folder: &Folder, arguments: &[&str]) {
    let (code, stdout, stderr) = folder.segfn(&[&["test"], arguments].concat());
    assert_eq!(code, 0, "{stdout}{stderr}");
}
