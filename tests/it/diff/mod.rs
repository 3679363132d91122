//! `segfn diff`, through the built binary: what two versions do differently, and that nothing is
//! sent to anyone meanwhile.

mod command;
mod reports;
mod runs;
mod stored;
mod two;
mod versions;
