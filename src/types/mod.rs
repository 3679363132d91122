//! What editors and `tsc` need to know of functions: declarations of all that they can name, and
//! how their files are to be read.

mod declarations;

pub use self::declarations::{JSCONFIG, MARK, declarations};
