//! `AWS`, from the function's side to what leaves for the network.

mod calls;
mod embedded;
mod isolate;
mod sent;
mod table;
