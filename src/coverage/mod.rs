//! Which lines, functions and branches of a user's function ran: added up, written and read as
//! JSON, and rendered. Who counts is `engine::coverage`.

mod script;

pub use self::script::Count;
pub use self::script::FunctionCoverage;
pub use self::script::ScriptCoverage;
pub use self::script::Span;
