//! HTTP: what comes in, who may ask, and what is answered.

mod answers;
mod body;
mod cors;
mod front;
mod token_access;
mod webhook;

pub use self::answers::{HttpAnswer, error_answer, json_answer, text_answer};
pub use self::body::read_body;
pub use self::front::Front;
pub use self::token_access::TokenAccess;
