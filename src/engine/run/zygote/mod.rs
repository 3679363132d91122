//! Processes that run jobs: each of a few zygotes has an isolate ready, in which nothing of a
//! function has run, and for each job a child that begins with that isolate. So a job costs a fork
//! instead of a new isolate and the evaluation of the packages that it touches, and shares nothing
//! with any other.

mod child;
mod executor;
mod fork;
mod frames;
mod server;
mod template;
mod zygotes;

pub use self::zygotes::Zygotes;
