//! Brotli streams for js/node/zlib.js. What they compress may differ from Node's in its bytes, and
//! never in what comes out again.

use std::cell::{Cell, RefCell};

use brotli::enc::StandardAlloc;
use brotli::enc::encode::{
    BrotliEncoderOperation, BrotliEncoderParameter, BrotliEncoderStateStruct,
};
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use deno_core::{GarbageCollected, op2, v8};
use deno_error::JsErrorBox;

use super::budget::Reserved;

deno_core::extension!(
    segfn_brotli,
    ops = [
        op_brotli_compress_new,
        op_brotli_decompress_new,
        op_brotli_write
    ]
);

// What a write came to, as js/internal/zlib/brotli.js knows it; below are the decoder's errors.
const MORE: i32 = 0;
const ENDED: i32 = 1;
/// The encoder failed, which has no number of its own.
const FAILED: i32 = -100;

type Decoder = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

enum Coder {
    Encoder(Box<BrotliEncoderStateStruct<StandardAlloc>>, Effort),
    Decoder(Box<Decoder>),
    /// What has come to its end needs no memory any more.
    Ended,
}

/// The settings of a compressing stream by which it takes memory.
#[derive(Clone, Copy)]
struct Effort {
    quality: u32,
    window_bits: u32,
}

/// What a stream takes at first, in bytes.
const LEAST: usize = 32 << 10;

impl Effort {
    /// About what the stream takes when it has been given `total` bytes: its window, and the table of
    /// what it has seen, of which as much counts as has been written to.
    fn size(self, total: usize) -> usize {
        let window = 3 << self.window_bits.clamp(10, 24);
        let table = match self.quality {
            0..=1 => 128 << 10,
            2..=5 => 1 << 20,
            6 => 2 << 20,
            7 => 8 << 20,
            8 => 16 << 20,
            9 => 32 << 20,
            _ => (512 << 10) + (8 << self.window_bits.clamp(10, 24)),
        };
        LEAST + window.min(total.saturating_mul(4)) + table.min(total.saturating_mul(256))
    }
}

/// About what a decompressing stream takes when it has made `total` bytes.
fn decoder_size(total: usize) -> usize {
    LEAST + total.saturating_mul(2).min(17 << 20)
}

/// A stream in the making, freed by V8's garbage collector.
struct Stream {
    coder: RefCell<Coder>,
    /// The bytes of text so far: taken by a compressing stream, or made by a decompressing one.
    total: Cell<usize>,
    reserved: RefCell<Reserved>,
}

impl Stream {
    fn new(coder: Coder, scope: &mut v8::PinScope<'_, '_>) -> Result<Stream, JsErrorBox> {
        Ok(Stream {
            coder: RefCell::new(coder),
            total: Cell::new(0),
            reserved: RefCell::new(Reserved::new(scope, LEAST)?),
        })
    }
}

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for Stream {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnBrotli"
    }
}

/// A compressing stream. The parameters are numbers and values in turn, the numbers as in Node.
#[op2]
#[cppgc]
fn op_brotli_compress_new(
    scope: &mut v8::PinScope<'_, '_>,
    #[buffer] parameters: &[u32],
) -> Result<Stream, JsErrorBox> {
    // Brotli's own defaults.
    let mut effort = Effort {
        quality: 11,
        window_bits: 22,
    };
    let mut encoder = BrotliEncoderStateStruct::new(StandardAlloc::default());
    for pair in parameters.chunks_exact(2) {
        let parameter = match pair[0] {
            0 => BrotliEncoderParameter::BROTLI_PARAM_MODE,
            1 => BrotliEncoderParameter::BROTLI_PARAM_QUALITY,
            2 => BrotliEncoderParameter::BROTLI_PARAM_LGWIN,
            3 => BrotliEncoderParameter::BROTLI_PARAM_LGBLOCK,
            4 => BrotliEncoderParameter::BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING,
            5 => BrotliEncoderParameter::BROTLI_PARAM_SIZE_HINT,
            6 => BrotliEncoderParameter::BROTLI_PARAM_LARGE_WINDOW,
            // How distances are written is the encoder's own choice.
            7 | 8 => continue,
            number => {
                return Err(JsErrorBox::range_error(format!(
                    "{number} is not a valid Brotli parameter"
                )));
            }
        };
        match pair[0] {
            1 => effort.quality = pair[1],
            2 => effort.window_bits = pair[1],
            _ => {}
        }
        encoder.set_parameter(parameter, pair[1]);
    }
    Stream::new(Coder::Encoder(Box::new(encoder), effort), scope)
}

/// A decompressing stream.
#[op2]
#[cppgc]
fn op_brotli_decompress_new(scope: &mut v8::PinScope<'_, '_>) -> Result<Stream, JsErrorBox> {
    let alloc = StandardAlloc::default;
    let decoder = Decoder::new(alloc(), alloc(), alloc());
    Stream::new(Coder::Decoder(Box::new(decoder)), scope)
}

/// Runs `input` from `start` on through the stream into `output`, and says in `moved` how many bytes
/// were taken and how many made.
// Not `fast`: it may collect garbage.
#[op2(nofast)]
fn op_brotli_write(
    scope: &mut v8::PinScope<'_, '_>,
    #[cppgc] stream: &Stream,
    #[buffer] input: &[u8],
    start: u32,
    operation: i32,
    #[buffer] output: &mut [u8],
    #[buffer] moved: &mut [u32],
) -> Result<i32, JsErrorBox> {
    let input = input.get(start as usize..).unwrap_or_default();
    let mut coder = stream.coder.borrow_mut();
    let size = match &*coder {
        Coder::Encoder(_, effort) => effort.size(stream.total.get() + input.len()),
        Coder::Decoder(_) => decoder_size(stream.total.get() + output.len()),
        Coder::Ended => 0,
    };
    stream.reserved.borrow_mut().grow_to(scope, size)?;
    let (mut left, mut taken) = (input.len(), 0);
    let (mut room, mut made) = (output.len(), 0);
    let code = match &mut *coder {
        Coder::Ended => ENDED,
        Coder::Encoder(encoder, _) => {
            let operation = match operation {
                0 => BrotliEncoderOperation::BROTLI_OPERATION_PROCESS,
                1 => BrotliEncoderOperation::BROTLI_OPERATION_FLUSH,
                2 => BrotliEncoderOperation::BROTLI_OPERATION_FINISH,
                _ => BrotliEncoderOperation::BROTLI_OPERATION_EMIT_METADATA,
            };
            let done = encoder.compress_stream(
                operation,
                &mut left,
                input,
                &mut taken,
                &mut room,
                output,
                &mut made,
                &mut None,
                &mut |_, _, _, _| {},
            );
            match done {
                false => FAILED,
                true if encoder.is_finished() => ENDED,
                true => MORE,
            }
        }
        Coder::Decoder(decoder) => {
            let result = BrotliDecompressStream(
                &mut left, &mut taken, input, &mut room, &mut made, output, &mut 0, decoder,
            );
            match result {
                BrotliResult::ResultSuccess => ENDED,
                BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => MORE,
                BrotliResult::ResultFailure => decoder.error_code as i32,
            }
        }
    };
    if let [in_taken, in_made] = moved {
        *in_taken = taken as u32;
        *in_made = made as u32;
    }
    let text = match &*coder {
        Coder::Decoder(_) => made,
        _ => taken,
    };
    stream.total.set(stream.total.get() + text);
    if code == ENDED {
        *coder = Coder::Ended;
        stream.reserved.take();
    }
    Ok(code)
}
