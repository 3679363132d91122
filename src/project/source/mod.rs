//! Where a function's code comes from: a JavaScript file, a folder that holds one, a Terraform
//! file; and any of them at a revision of a git repository.

mod changed_files;
mod error;
mod files;
mod find;
mod git;
mod naming;
mod source;
mod terraform;

pub use self::changed_files::ChangedFiles;
pub use self::error::SourceError;
pub use self::find::{FunctionRef, functions_in, script_in};
pub use self::naming::is_revision;
pub use self::source::{Declaration, Source};
pub use self::terraform::DeclaredSetting;
