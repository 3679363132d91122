//! What the scripts run against: moto, and a server that remembers what came over the wire.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::moto;
pub use crate::support::moto::Server;

/// A file of this test.
pub fn file(name: &str) -> PathBuf {
    moto::file("oracle").join(name)
}

/// The JSON that a script of this test prints.
#[track_caller]
pub fn python(script: &str, arguments: &[&str]) -> Value {
    moto::python(&format!("oracle/{script}"), arguments)
}

/// `wire.mjs`.
pub fn wire() -> Server {
    let mut command = Command::new("node");
    command.arg(file("wire.mjs"));
    Server::start(command)
}
