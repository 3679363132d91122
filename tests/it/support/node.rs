//! Runs Node, the peer that segfn is compared with.

use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Longer than any script takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often a script is run when Node hangs.
const TRIES: usize = 4;
/// Room for all that a script makes, in megabytes, so that Node need not collect garbage meanwhile.
const ROOM: [&str; 2] = ["--min-semi-space-size=256", "--max-semi-space-size=256"];

/// Node, which hangs as rarely as can be ([`until_it_ends`]).
pub fn node() -> Command {
    let mut node = Command::new("node");
    node.args(ROOM);
    node
}

/// Calls `run` until it gives something. Node 20 can wait for itself for ever: when it collects
/// garbage while it makes a key pair, the end of an earlier such job takes a lock that is held. That
/// is no fault of the script, so it is run again.
pub fn until_it_ends<T>(mut run: impl FnMut() -> Option<T>) -> T {
    let ended = (0..TRIES).find_map(|_| run());
    ended.unwrap_or_else(|| panic!("node hung {TRIES} times"))
}

/// What `command` prints and how it ends. `None` when it had to be killed.
pub fn output_of(command: &mut Command) -> Option<Output> {
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    output_of_child(command.spawn().expect("node starts"))
}

/// The same for one that has been started, with its outputs piped.
pub fn output_of_child(child: Child) -> Option<Output> {
    let process = child.id().to_string();
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait_with_output()));
    if let Ok(output) = end.recv_timeout(PATIENCE) {
        return Some(output.expect("node ends"));
    }
    let killed = Command::new("kill").args(["-9", &process]).status();
    assert!(killed.expect("kill runs").success());
    None
}
