//! Values that come by in requests.

use serde_json::json;

use crate::support::Folder;
use crate::support::server::{response, server};

/// Sends another token for each event, and tells the last three.
const TOKENS: &str = "
let last = [];
async function onTrack({ event, server }) {
  const token = crypto.createHash('sha512').update(event).digest('hex').repeat(5);
  await fetch(server, { method: 'POST', headers: { authorization: 'Bearer ' + token }, body: '{}' });
  last = [...last, token].slice(-3);
  return { last, encoded: Buffer.from(token).toString('base64') };
}";

#[test]
fn five_thousand_tokens_cost_no_more_than_one() {
    let url = server(|_| response("200 OK", "", "{}"));
    let folder = Folder::new(&[("function.js", TOKENS)]);
    let events = |names: fn(usize) -> usize| -> String {
        let event = |at| json!({"type": "track", "event": names(at).to_string(), "server": url});
        (0..3000).map(|at| event(at).to_string() + "\n").collect()
    };
    folder.write("one.ndjson", events(|_| 1));
    folder.write("many.ndjson", events(|at| at));
    let mut peaks = Vec::new();
    for file in ["one.ndjson", "many.ndjson"] {
        let script = format!("segfn run function.js {file} --json >out.ndjson; echo $?");
        let start = std::time::Instant::now();
        let output = folder.shell(&script).output().expect("a shell");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "0");
        peaks.push(start.elapsed());
        let out = std::fs::read_to_string(folder.path().join("out.ndjson")).expect("outcomes");
        assert_eq!(out.lines().count(), 3000);
        for line in out.lines() {
            let secrets = line.matches("[secret authorization]").count();
            assert!(secrets >= 2 && line.len() < 900, "{line}");
        }
    }
    // Between them lay a factor of thirty.
    assert!(
        peaks[1] < peaks[0] * 3 + std::time::Duration::from_secs(2),
        "{peaks:?}"
    );
}
