//! What worker processes can't do, tried natively in one.

use std::process::Command;

use insta::assert_snapshot;

use crate::support::Folder;

#[test]
#[cfg(target_os = "linux")]
fn a_function_that_owned_its_process_had_the_users_files_and_environment() {
    let folder = Folder::new(&[(".aws/credentials", "[default]\naws_secret_access_key = x\n")]);
    let output = Command::new(env!("CARGO_BIN_EXE_segfn"))
        .arg("doctor")
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .output()
        .expect("it runs");
    assert_snapshot!(String::from_utf8_lossy(&output.stdout), @r"
    functions run in processes of their own, which
      can't read /etc/passwd
      can't list the root folder
      can't read the credentials for AWS
      can't read the environment
      can't write a file
      can't start a program
      can't fork
      can't read the memory of another process
      can't signal another process
      can't talk to a service of this machine
      can't gain privileges
      can't trace another process
      can't leave its namespace
      can   reach the network
    ");
    assert!(output.status.success());
    // Nothing was left behind.
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        1
    );
}
