//! Deflate streams for js/node/zlib.js, by zlib-rs: the same algorithm, settings and error
//! messages as the zlib that Node has.

use std::cell::RefCell;

use deno_core::{GarbageCollected, op2, v8};
use deno_error::JsErrorBox;
use zlib_rs::{
    Deflate, DeflateConfig, DeflateError, DeflateFlush, Inflate, InflateError, InflateFlush,
    Method, Status, Strategy,
};

use super::budget::Reserved;

deno_core::extension!(
    segfn_zlib,
    ops = [
        op_zlib_deflate_new,
        op_zlib_inflate_new,
        op_zlib_write,
        op_zlib_dictionary,
        op_zlib_level,
        op_zlib_message,
        op_zlib_crc32
    ]
);

// zlib's return codes, as js/node/zlib.js knows them.
const OK: i32 = 0;
const STREAM_END: i32 = 1;
const NEED_DICT: i32 = 2;
const STREAM_ERROR: i32 = -2;
const DATA_ERROR: i32 = -3;
const MEM_ERROR: i32 = -4;
const BUF_ERROR: i32 = -5;

/// What wraps a deflate stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    Zlib,
    Gzip,
    Raw,
    /// Zlib or gzip, whichever the first bytes say.
    Either,
}

impl Wrapper {
    fn from_number(number: u32) -> Result<Self, JsErrorBox> {
        match number {
            0 => Ok(Self::Zlib),
            1 => Ok(Self::Gzip),
            2 => Ok(Self::Raw),
            3 => Ok(Self::Either),
            _ => Err(JsErrorBox::range_error("no such wrapper of deflate")),
        }
    }

    /// zlib's `windowBits`, which also says how the stream is wrapped.
    fn window_bits(self, bits: i32) -> i32 {
        match self {
            Self::Zlib => bits,
            Self::Gzip => bits + 16,
            Self::Raw => -bits,
            Self::Either => bits + 32,
        }
    }
}

enum Coder {
    Deflate(Box<Deflate>),
    Inflate(Box<Inflate>),
    /// What has come to its end needs no memory any more.
    Ended,
}

/// A stream in the making, freed by V8's garbage collector.
struct Stream {
    coder: RefCell<Coder>,
    reserved: RefCell<Reserved>,
}

impl Stream {
    fn new(coder: Coder, reserved: Reserved) -> Stream {
        Stream {
            coder: RefCell::new(coder),
            reserved: RefCell::new(reserved),
        }
    }
}

/// What a compressing stream takes, by zlib's own formula, in bytes.
fn deflate_size(window_bits: i32, mem_level: i32) -> usize {
    (1 << (window_bits + 2)) + (1 << (mem_level + 9)) + (8 << 10)
}

/// What a decompressing stream takes, in bytes.
const INFLATE_SIZE: usize = (32 << 10) + (16 << 10);

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for Stream {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnZlib"
    }
}

/// A compressing stream. `level` is -1 to 9, `window_bits` 8 to 15, `mem_level` 1 to 9.
#[op2]
#[cppgc]
fn op_zlib_deflate_new(
    scope: &mut v8::PinScope<'_, '_>,
    wrapper: u32,
    level: i32,
    window_bits: i32,
    mem_level: i32,
    strategy: i32,
) -> Result<Stream, JsErrorBox> {
    let strategy = Strategy::try_from(strategy);
    let in_range = (-1..=9).contains(&level) && (1..=9).contains(&mem_level);
    let (true, Ok(strategy)) = (in_range, strategy) else {
        return Err(JsErrorBox::range_error("zlib setting out of range"));
    };
    // Windows of 2^8 have a fault in zlib, which uses 2^9 for them as well.
    let bits = window_bits.clamp(9, 15);
    let window_bits = Wrapper::from_number(wrapper)?.window_bits(bits);
    let reserved = Reserved::new(scope, deflate_size(bits, mem_level))?;
    let config = DeflateConfig {
        level,
        method: Method::Deflated,
        window_bits,
        mem_level,
        strategy,
    };
    let deflate = Box::new(Deflate::new_with_config(config));
    Ok(Stream::new(Coder::Deflate(deflate), reserved))
}

/// A decompressing stream. `window_bits` is 8 to 15, or 0 to take what the stream says.
#[op2]
#[cppgc]
fn op_zlib_inflate_new(
    scope: &mut v8::PinScope<'_, '_>,
    wrapper: u32,
    window_bits: i32,
) -> Result<Stream, JsErrorBox> {
    let wrapper = Wrapper::from_number(wrapper)?;
    let window_bits = match (wrapper, window_bits) {
        (Wrapper::Zlib, 0) => 0,
        (_, 0) => 15,
        (_, bits) => bits.clamp(8, 15),
    };
    let bits = wrapper.window_bits(window_bits).unsigned_abs() as u8;
    let reserved = Reserved::new(scope, INFLATE_SIZE)?;
    let inflate = Box::new(Inflate::new(wrapper != Wrapper::Raw, bits));
    Ok(Stream::new(Coder::Inflate(inflate), reserved))
}

/// Runs `input` from `start` on through the stream into `output`, and says in `moved` how many bytes
/// were taken and how many made. The result is zlib's return code.
#[op2(fast)]
fn op_zlib_write(
    #[cppgc] stream: &Stream,
    #[buffer] input: &[u8],
    start: u32,
    flush: i32,
    #[buffer] output: &mut [u8],
    #[buffer] moved: &mut [u32],
) -> i32 {
    let input = input.get(start as usize..).unwrap_or_default();
    let mut coder = stream.coder.borrow_mut();
    let (before, code, after) = match &mut *coder {
        Coder::Deflate(deflate) => {
            let Ok(flush) = DeflateFlush::try_from(flush) else {
                return STREAM_ERROR;
            };
            let before = (deflate.total_in(), deflate.total_out());
            let code = match deflate.compress(input, output, flush) {
                Ok(status) => code_of(status),
                Err(DeflateError::StreamError) => STREAM_ERROR,
                Err(DeflateError::DataError) => DATA_ERROR,
                Err(DeflateError::MemError) => MEM_ERROR,
            };
            (before, code, (deflate.total_in(), deflate.total_out()))
        }
        Coder::Inflate(inflate) => {
            // Of the flushes in between, decompressing knows one.
            let flush = if matches!(flush, 1 | 3) { 2 } else { flush };
            let Ok(flush) = InflateFlush::try_from(flush) else {
                return STREAM_ERROR;
            };
            let before = (inflate.total_in(), inflate.total_out());
            let code = match inflate.decompress(input, output, flush) {
                Ok(status) => code_of(status),
                Err(InflateError::NeedDict { .. }) => NEED_DICT,
                Err(InflateError::StreamError) => STREAM_ERROR,
                Err(InflateError::DataError) => DATA_ERROR,
                Err(InflateError::MemError) => MEM_ERROR,
            };
            (before, code, (inflate.total_in(), inflate.total_out()))
        }
        Coder::Ended => return STREAM_ERROR,
    };
    if code == STREAM_END {
        *coder = Coder::Ended;
        stream.reserved.take();
    }
    if let [taken, made] = moved {
        *taken = (after.0 - before.0) as u32;
        *made = (after.1 - before.1) as u32;
    }
    code
}

fn code_of(status: Status) -> i32 {
    match status {
        Status::Ok => OK,
        Status::StreamEnd => STREAM_END,
        Status::BufError => BUF_ERROR,
    }
}

/// Gives the stream its dictionary; the result is zlib's return code.
#[op2(fast)]
fn op_zlib_dictionary(#[cppgc] stream: &Stream, #[buffer] dictionary: &[u8]) -> i32 {
    match &mut *stream.coder.borrow_mut() {
        Coder::Deflate(deflate) => deflate
            .set_dictionary(dictionary)
            .map_or(STREAM_ERROR, |_| OK),
        Coder::Inflate(inflate) => match inflate.set_dictionary(dictionary) {
            Ok(_) => OK,
            Err(InflateError::DataError) => DATA_ERROR,
            Err(_) => STREAM_ERROR,
        },
        Coder::Ended => STREAM_ERROR,
    }
}

/// Makes a compressing stream use another level from now on; the result is zlib's return code.
#[op2(fast)]
fn op_zlib_level(#[cppgc] stream: &Stream, level: i32) -> i32 {
    match &mut *stream.coder.borrow_mut() {
        Coder::Deflate(deflate) if (-1..=9).contains(&level) => {
            deflate.set_level(level).map_or(STREAM_ERROR, code_of)
        }
        _ => STREAM_ERROR,
    }
}

/// What zlib says of the last failure, such as `incorrect header check`; empty when it says nothing.
#[op2]
#[string]
fn op_zlib_message(#[cppgc] stream: &Stream) -> &'static str {
    match &*stream.coder.borrow() {
        Coder::Deflate(deflate) => deflate.error_message().unwrap_or_default(),
        Coder::Inflate(inflate) => inflate.error_message().unwrap_or_default(),
        Coder::Ended => "",
    }
}

/// The CRC-32 of `bytes` after bytes whose CRC-32 is `value`.
#[op2(fast)]
fn op_zlib_crc32(value: u32, #[buffer] bytes: &[u8]) -> u32 {
    zlib_rs::crc32::crc32(value, bytes)
}
