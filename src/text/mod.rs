//! Plain values about texts: places and lines in them, what is wrong with their JSON, bytes as
//! characters, times.

mod decode;
mod hex;
pub mod io_error;
mod js_lines;
mod js_scan;
mod json_problem;
pub(crate) mod latin1;
mod nearest;
mod place;
pub mod time;

pub(crate) use self::decode::decode;
pub use self::hex::hex;
pub(crate) use self::js_lines::js_lines;
pub(crate) use self::js_scan::{JsToken, is_word as is_js_word, js_comments, js_tokens};
pub(crate) use self::json_problem::{offset_of, place_of, problem_of};
pub(crate) use self::nearest::nearest;
pub use self::place::Place;
pub(crate) use self::place::place_in;
