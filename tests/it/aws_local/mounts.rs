//! File systems that are full, or that may not be written: root can mount them, in most places.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What is mounted, until it is dropped.
pub struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(unmounted.expect("umount runs").success());
    }
}

fn mount(arguments: &[&str], at: &Path) -> Option<Mounted> {
    let output = Command::new("mount").args(arguments).arg(at).output();
    match output {
        Ok(output) if output.status.success() => Some(Mounted(at.to_owned())),
        Ok(output) => {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            eprintln!(
                "skipped: this machine doesn't let us mount ({})",
                why.trim()
            );
            None
        }
        Err(error) => {
            eprintln!("skipped: there is no mount here ({error})");
            None
        }
    }
}

/// Makes a folder one that may not be written.
pub fn read_only(folder: &Path) -> Option<Mounted> {
    let path = folder.to_str().expect("UTF-8");
    let mounted = mount(&["--bind", path], folder)?;
    // Two steps: the first alone takes no notice of `ro`.
    let again = Command::new("mount")
        .args(["-o", "remount,bind,ro"])
        .arg(folder)
        .status();
    assert!(again.expect("mount runs").success());
    Some(mounted)
}

/// Puts a file system of so many MiB in a folder's place.
pub fn small(folder: &Path, mebibytes: usize) -> Option<Mounted> {
    let size = format!("size={mebibytes}m");
    mount(&["-t", "tmpfs", "-o", &size, "segfn-test"], folder)
}
