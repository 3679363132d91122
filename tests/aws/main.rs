//! `AWS`, from the function's side to what leaves for the network.

mod calls;
mod isolate;
mod table;
