//! Cassettes: what is recorded is what is replayed, what is different is told, and no file is
//! trusted.

mod files;
mod matching;
mod replay;
mod runs;
mod server;
