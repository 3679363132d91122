//! The parser of responses, as an object of JavaScript's.

use std::cell::RefCell;

use deno_core::{GarbageCollected, op2, v8};

use crate::net::{Asked, ParsedPiece, ResponseParser};

pub(super) struct Parser(RefCell<ResponseParser>);

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for Parser {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnHttpParser"
    }
}

/// A parser whose heads may have `limit` bytes.
#[op2]
#[cppgc]
pub(super) fn op_http_parser(#[smi] limit: u32, lenient: bool) -> Parser {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Parser(RefCell::new(ResponseParser::new(limit, lenient)))
}

/// Reads what came. `asked` is 1 for what answers HEAD, 2 for CONNECT, else 0.
#[op2]
#[serde]
pub(super) fn op_http_parse(
    #[cppgc] parser: &Parser,
    #[smi] asked: u32,
    #[buffer] bytes: &[u8],
) -> Vec<ParsedPiece> {
    let mut parser = parser.0.borrow_mut();
    parser.ask(match asked {
        1 => Asked::Head,
        2 => Asked::Connect,
        _ => Asked::Other,
    });
    parser.read(bytes)
}

/// The connection has ended.
#[op2]
#[serde]
pub(super) fn op_http_parse_end(#[cppgc] parser: &Parser) -> Vec<ParsedPiece> {
    parser.0.borrow_mut().end()
}
