//! What the tests share.

mod folder;
pub mod isolate;
pub mod node;
pub mod plans;
pub mod probe;
mod run;
pub mod same;
pub mod server;
pub mod transcript;

pub use self::{
    folder::Folder,
    run::{Run, value_of},
};
