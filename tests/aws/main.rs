//! `AWS`, from the function's side to what leaves for the network.

mod calls;
mod embedded;
mod isolate;
mod sent;
mod table;
#[path = "../../src/engine/isolate/v8_flags.rs"]
mod v8_flags;
