//! Where there is little: a root that is read-only, a little shared memory, no HOME, and the rights of nobody.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::Folder;

/// Makes all that is mounted read-only, in a namespace of its own, and then is nobody. `$SHM` is how `/dev/shm` is
/// mounted.
const CONTAINER: &str = r#"
mount --make-rprivate / || exit 99
while read -r _ _ _ _ at _; do mount -o remount,bind,ro "$at" 2>/dev/null; done < /proc/self/mountinfo
mount -t tmpfs -o "$SHM" tmpfs /dev/shm || exit 99
if touch /tmp/segfn-probe 2>/dev/null; then exit 99; fi
exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs env -i PATH="$PATH" "$@"
"#;

/// `segfn ARGUMENTS` in such a place, among the example functions. `None` where this machine doesn't let us make one.
fn contained(shm: &str, arguments: &[&str]) -> Option<(i32, String, String)> {
    let folder = Folder::of_examples();
    // Nobody may come in, and has to reach the program.
    let program = folder.path().join("segfn");
    let built = Path::new(env!("CARGO_BIN_EXE_segfn"));
    fs::hard_link(built, &program)
        .or_else(|_| fs::copy(built, &program).map(drop))
        .expect("the program");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("a folder");
    let mut command = folder.shell(
        "exec unshare --mount --pid --fork --mount-proc sh -c \"$CONTAINER\" sh ./segfn \"$@\"",
    );
    command
        .arg("sh")
        .args(arguments)
        .env("CONTAINER", CONTAINER)
        .env("SHM", shm);
    let output = command.output().expect("sh runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    match output.status.code() {
        Some(99 | 126 | 127) | None => {
            eprintln!("skipped: this machine makes no such place: {stderr}");
            None
        }
        Some(1) if stderr.starts_with("unshare:") => {
            eprintln!("skipped: {stderr}");
            None
        }
        Some(code) => Some((code, stdout, stderr)),
    }
}

const LITTLE: &str = "size=64m,mode=1777";

#[test]
fn a_container_in_which_nothing_can_be_written_runs_functions_and_cases() {
    let Some((code, stdout, stderr)) = contained(LITTLE, &["run", "functions/redact-emails"])
    else {
        return;
    };
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains("2 inputs: 2 success"), "{stdout}");
    // Cases have a folder for what they store.
    let (code, stdout, stderr) = contained(LITTLE, &["test", "functions"]).expect("as before");
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains(" passed in "), "{stdout}");
}

#[test]
fn no_place_for_a_temporary_folder_was_called_a_bug_in_segfn() {
    let Some((code, _, stderr)) = contained("ro", &["test", "functions"]) else {
        return;
    };
    assert_eq!(code, 5);
    assert!(
        stderr.starts_with(
            "error: segfn failed: can't make a temporary folder: Read-only file system"
        ),
        "{stderr}"
    );
    assert!(
        stderr.ends_with(
            "hint: name a folder that segfn can write to in TMPDIR; for a container, mount one: --tmpfs /tmp\n"
        ),
        "{stderr}"
    );
}
