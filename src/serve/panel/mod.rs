//! The panel: a page that shows what happens, and its API (docs/serve.md).

mod api;
mod cases;
mod events;
mod faults;
mod files;
mod functions;
mod panel;
mod problem;
mod run;
mod stream;
mod task;

pub use self::panel::Panel;
