//! What isn't a file is no object, and nobody waits for it.

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::{line, signing, url_to_get, url_to_put};
use crate::support::Folder;
use crate::support::served::{Answer, Served};

fn pipe(path: &Path) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo runs").success());
}

fn get(served: &Served, key: &str) -> Answer {
    let url = url_to_get(&signing(served), key);
    let host = format!("host: {}", served.address());
    served.ask(&[&line("GET", served, &url), &host], "")
}

fn put(served: &Served, key: &str, more: &str) -> Answer {
    let url = url_to_put(&signing(served), key);
    let host = format!("host: {}", served.address());
    served.ask(&[&line("PUT", served, &url), &host, more], "new")
}

#[test]
fn a_pipe_in_an_objects_place_was_waited_for() {
    let folder = Folder::new(&[(".segfn/s3/bkt/whole", "it")]);
    let place = |key: &str| folder.path().join(".segfn/s3/bkt").join(key);
    let mut planted = vec!["pipe", "socket"];
    pipe(&place("pipe"));
    let _listener = UnixListener::bind(place("socket")).expect("a socket");
    // A device, which only root can make: zeros without an end.
    let device = Command::new("mknod")
        .arg(place("device"))
        .args(["c", "1", "5"])
        .output();
    if device.is_ok_and(|made| made.status.success()) {
        planted.push("device");
    }
    let served = Served::start(&folder, &[]);
    for key in planted {
        assert_eq!(get(&served, key).refusal(), (404, "NoSuchKey"), "{key}");
        // It is none that a new object would replace, either, and makes room for it.
        assert_eq!(put(&served, key, "if-none-match: *").status, 200, "{key}");
        assert_eq!(get(&served, key).body, "new", "{key}");
    }
    assert_eq!(get(&served, "whole").body, "it");
}

#[test]
fn a_pipe_among_the_stores_own_files_was_waited_for() {
    for planted in [
        "locks/4",
        "temporary/lock",
        "temporary/dead/lock",
        "buckets/bkt.json",
    ] {
        let folder = Folder::new(&[(".segfn/s3/bkt/whole", "it")]);
        let state = folder.path().join(".segfn/s3-state");
        // All locks of keys: it isn't told which key has which.
        for number in 0..64 {
            if planted.starts_with("locks/") {
                pipe(&state.join("locks").join(number.to_string()));
            }
        }
        if !planted.starts_with("locks/") {
            pipe(&state.join(planted));
        }
        let served = Served::start(&folder, &[]);
        let written = put(&served, "key", "x-amz-meta-a: b");
        assert!(
            matches!(written.status, 200 | 500),
            "{planted}: {written:?}"
        );
        assert_eq!(get(&served, "whole").body, "it", "{planted}");
    }
}
