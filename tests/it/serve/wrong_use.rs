//! What `segfn serve` says where it can't.

use super::folder;
use crate::support::Folder;
use crate::support::served::Served;

fn refused(folder: &Folder, arguments: &[&str]) -> (i32, String) {
    let (code, stdout, stderr) = folder.segfn(&[&["serve"], arguments].concat());
    assert_eq!(stdout, "");
    (code, stderr)
}

#[test]
fn a_port_that_is_taken_is_told() {
    let folder = folder();
    let served = Served::segment(&folder, &[]);
    let port = served.address().rsplit_once(':').expect("a port").1;
    let (code, told) = refused(&folder, &["--port", port]);
    assert_eq!(code, 2, "{told}");
    assert!(
        told.contains(&format!("can't listen on port {port}")),
        "{told}"
    );
    assert!(told.contains("hint: another program has it"), "{told}");
}

#[test]
fn wrong_flags_are_told() {
    let folder = folder();
    for (arguments, text) in [
        (
            &["--port", "65536"][..],
            "expected a number from 0 to 65535",
        ),
        (&["--retry-speed", "fast"], "such as 60x"),
        (&["--retry-speed", "0.5x"], "such as 60x"),
        (&["--history", "200"], "such as 200MB or 1GB"),
        (&["--history", "1KB"], "at least 1MB"),
        (&["none"], "none"),
    ] {
        let (code, told) = refused(&folder, arguments);
        assert!(matches!(code, 2 | 3), "{arguments:?}: {told}");
        assert!(told.contains(text), "{arguments:?}: {told}");
    }
}

#[test]
fn a_folder_without_a_function_is_told() {
    let folder = Folder::new(&[("lib/util.js", "")]);
    let (code, told) = refused(&folder, &["lib"]);
    assert_eq!(code, 2);
    assert!(told.contains("there is no function in lib"), "{told}");
}

#[test]
fn a_history_that_cannot_be_used_is_told() {
    let folder = folder();
    folder.write(
        ".segfn/serve.sqlite",
        "this is no database, whatever its name says",
    );
    let output = folder
        .command(&["serve", "--port", "0"])
        .output()
        .expect("segfn runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("serve.sqlite") && told.contains("not a database"),
        "{told}"
    );
}

#[test]
fn a_broken_workspace_is_told_with_its_place() {
    let folder = folder();
    for (text, wanted) in [
        ("[[sorce]]\n", "workspace.toml:1:3: unknown key `sorce`"),
        (
            "[[source]]\nname = \"a\"\nkey = 1\n",
            "workspace.toml:3:7: expected a text in quotes",
        ),
        ("[[source]\n", "workspace.toml:1:"),
        (
            "[[destination]]\nname = \"a\"\nfunction = \"functions\"\n[[destination]]\nname = \"b\"\nfunction = \"none\"\n",
            "none",
        ),
    ] {
        folder.write("workspace.toml", text);
        let (code, told) = refused(&folder, &[]);
        assert!(matches!(code, 2 | 3), "{told}");
        assert!(told.contains(wanted), "{told}");
    }
}
