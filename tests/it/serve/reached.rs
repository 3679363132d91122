//! A server that others than this machine reach: who has the token is let in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{DESTINATION, events, folder, logged, post, track};
use crate::support::Folder;
use crate::support::served::{Answer, Served};

const ALL: [&str; 2] = ["--host", "0.0.0.0"];

fn served(folder: &Folder, arguments: &[&str]) -> Served {
    let served = Served::segment(folder, arguments);
    served.line_with("loaded");
    served
}

fn get(served: &Served, path: &str, headers: &[&str]) -> Answer {
    let line = format!("GET {path} HTTP/1.1");
    served.ask(&[&[line.as_str()], headers].concat(), "")
}

#[test]
fn the_panel_wants_the_token() {
    let folder = folder();
    let served = served(&folder, &ALL);
    let token = served.told("token");
    assert_eq!(token.len(), 32);
    let host = format!("host: {}", served.address());
    let panel = "segfn-panel: 1";
    for path in ["/", "/panel.js", "/?token=0123456789abcdef"] {
        assert_eq!(get(&served, path, &[&host]).status, 401, "{path}");
    }
    let refused = get(&served, "/api/state", &[&host, panel]);
    let told: Value = serde_json::from_str(&refused.body).expect("JSON");
    assert_eq!(refused.status, 401);
    assert_eq!(told["error"]["message"], "this server wants its token");
    // A person opens the address that was told; a program has the token in a header.
    let entered = get(&served, &format!("/?token={token}"), &[&host]);
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, Some("/"))
    );
    let cookie = entered.header("set-cookie").expect("a cookie");
    let (pair, _) = cookie.split_once(';').expect("attributes");
    let cookie = format!("cookie: {pair}");
    let bearer = format!("authorization: Bearer {token}");
    assert_eq!(get(&served, "/", &[&host, &cookie]).status, 200);
    for proof in [&cookie, &bearer] {
        assert_eq!(
            get(&served, "/api/state", &[&host, panel, proof]).status,
            200
        );
        // What holds without a token holds with it.
        for (host, more, status) in [
            (host.as_str(), "x: y", 403),
            ("host: rebind.test", panel, 403),
            ("host: 192.0.2.1", panel, 200),
        ] {
            let answer = get(&served, "/api/state", &[host, more, proof]);
            assert_eq!(answer.status, status, "{host}: {}", answer.body);
        }
        let foreign = "origin: http://evil.test";
        let answer = get(&served, "/api/state", &[&host, panel, proof, foreign]);
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
    // Each start has a token of its own.
    drop(served);
    let next = Served::segment(&folder, &ALL);
    assert_ne!(next.told("token"), pair.split_once('=').expect("a value").1);
}

#[test]
fn a_name_of_this_machine_is_one_that_was_allowed() {
    let folder = folder();
    let served = served(
        &folder,
        &[&ALL[..], &["--allow-host", "mac.local"]].concat(),
    );
    let bearer = format!("authorization: Bearer {}", served.told("token"));
    for (host, status) in [("mac.local", 200), ("other.local", 403)] {
        let answer = get(
            &served,
            "/api/state",
            &[&format!("host: {host}"), "segfn-panel: 1", &bearer],
        );
        assert_eq!(answer.status, status, "{host}: {}", answer.body);
    }
}

#[test]
fn the_token_is_a_write_key_where_there_is_no_workspace() {
    let folder = folder();
    let token = "my-own-token-for-phones";
    let served = served(&folder, &[&ALL[..], &["--token", token]].concat());
    assert_eq!(served.told("token"), token);
    let basic = format!(
        "authorization: Basic {}",
        STANDARD.encode(format!("{token}:"))
    );
    for headers in [&[][..], &["authorization: Basic S0VZOg=="]] {
        let answer = post(&served, "/v1/track", headers, &track("u"));
        assert_eq!(answer.status, 401);
        assert!(
            answer.body.contains("its token as the write key"),
            "{}",
            answer.body
        );
    }
    assert_eq!(
        post(&served, "/v1/track", &[&basic], &track("by-header")).status,
        200
    );
    let by_body = json!({ "writeKey": token, "userId": "by-body", "event": "E" });
    assert_eq!(
        post(&served, "/v1/t", &[], &by_body.to_string()).status,
        200
    );
    let mut users = [logged(&served), logged(&served)].map(|event| event["userId"].to_string());
    users.sort();
    assert_eq!(users, ["\"by-body\"", "\"by-header\""]);
    // An SDK may ask for its settings, and whether it may send.
    let host = format!("host: {}", served.address());
    assert_eq!(
        get(&served, "/v1/projects/KEY/settings", &[&host]).status,
        200
    );
    let history = std::fs::read(folder.path().join(".segfn/serve.sqlite")).expect("a history");
    let log = std::fs::read(folder.path().join(".segfn/serve.sqlite-wal")).unwrap_or_default();
    for bytes in [history, log] {
        assert!(
            !bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes())
        );
    }
}

#[test]
fn the_write_keys_of_a_workspace_let_events_in() {
    let folder = Folder::new(&[
        ("log/function.js", DESTINATION),
        (
            "workspace.toml",
            "[[source]]\nname = \"Website\"\nkey = \"WEB\"\n[[destination]]\nname = \"Log\"\nfunction = \"log\"\n",
        ),
    ]);
    let served = served(&folder, &ALL);
    let send = |key: &str| {
        let event = json!({ "writeKey": key, "userId": key, "event": "E" });
        post(&served, "/v1/track", &[], &event.to_string()).status
    };
    assert_eq!(send("WEB"), 200);
    assert_eq!(logged(&served)["userId"], "WEB");
    for key in ["", "Website", "web", served.told("token")] {
        assert_eq!(send(key), 401, "{key}");
    }
}

#[test]
fn webhooks_have_the_token_in_their_address() {
    let folder = Folder::new(&[(
        "shop/function.js",
        "async function onRequest(request) { console.log(JSON.stringify([...request.url.searchParams.keys()])) }",
    )]);
    let served = served(&folder, &ALL);
    let kind = ["content-type: application/json"];
    for path in ["/hooks/shop", "/?b=", "/"] {
        assert_eq!(post(&served, path, &kind, "{}").status, 401, "{path}");
    }
    let b = |secret: &str| STANDARD.encode(format!("shop::{secret}"));
    assert_eq!(
        post(&served, &format!("/?b={}", b("wrong")), &kind, "{}").status,
        401
    );
    let right = format!("/?b={}&x=1", b(served.told("token")));
    assert_eq!(post(&served, &right, &kind, "{}").status, 200);
    assert_eq!(logged(&served), json!(["x"]), "the function doesn't get it");
    let bearer = format!("authorization: Bearer {}", served.told("token"));
    assert_eq!(
        post(&served, "/hooks/shop", &[kind[0], &bearer], "{}").status,
        200
    );
}

#[test]
fn a_token_on_this_machine_alone_is_wanted_where_it_is_given() {
    let folder = folder();
    let served = served(&folder, &["--token", "0123456789abcdef"]);
    assert_eq!(post(&served, "/v1/track", &[], &track("u")).status, 401);
    drop(served);
    let served = super::served(&folder, &["--host", "localhost"]);
    assert_eq!(post(&served, "/v1/track", &[], &track("u")).status, 200);
    logged(&served);
    assert_eq!(events(&served).len(), 1);
}
