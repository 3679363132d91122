//! What the tests share.

pub mod browser;
pub mod devtools;
mod folder;
pub mod isolate;
pub mod moto;
pub mod node;
pub mod plans;
pub mod probe;
pub mod relay;
mod run;
pub mod same;
pub mod served;
pub mod server;
pub mod transcript;

pub use self::{
    folder::{Folder, output_of},
    run::{Run, value_of},
};
