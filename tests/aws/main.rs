//! `AWS`, from the function's side to what leaves for the network.

mod calls;
mod embedded;
mod isolate;
#[path = "../../src/engine/platform.rs"]
mod platform;
mod sent;
mod table;
