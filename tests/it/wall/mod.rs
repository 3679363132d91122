//! Nothing of segfn is reachable from a function.

mod escapes;
mod memory;
mod poison;
mod time;
