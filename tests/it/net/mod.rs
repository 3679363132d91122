//! The one door to the network, against real servers on loopback.

mod client;
mod faults;
mod parser;
mod requests;
mod server;
mod tls;
