//! Brotli streams for js/node/zlib.js. What they compress may differ from Node's in its bytes, and
//! never in what comes out again.

use std::cell::RefCell;

use brotli::enc::StandardAlloc;
use brotli::enc::encode::{
    BrotliEncoderOperation, BrotliEncoderParameter, BrotliEncoderStateStruct,
};
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use deno_core::{GarbageCollected, op2, v8};
use deno_error::JsErrorBox;

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
    Encoder(Box<BrotliEncoderStateStruct<StandardAlloc>>),
    Decoder(Box<Decoder>),
}

/// A stream in the making, freed by V8's garbage collector.
struct Stream(RefCell<Coder>);

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
fn op_brotli_compress_new(#[buffer] parameters: &[u32]) -> Result<Stream, JsErrorBox> {
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
        encoder.set_parameter(parameter, pair[1]);
    }
    Ok(Stream(RefCell::new(Coder::Encoder(Box::new(encoder)))))
}

/// A decompressing stream.
#[op2]
#[cppgc]
fn op_brotli_decompress_new() -> Stream {
    let alloc = StandardAlloc::default;
    let decoder = Decoder::new(alloc(), alloc(), alloc());
    Stream(RefCell::new(Coder::Decoder(Box::new(decoder))))
}

/// Runs `input` from `start` on through the stream into `output`, and says in `moved` how many bytes
/// were taken and how many made.
#[op2(fast)]
fn op_brotli_write(
    #[cppgc] stream: &Stream,
    #[buffer] input: &[u8],
    start: u32,
    operation: i32,
    #[buffer] output: &mut [u8],
    #[buffer] moved: &mut [u32],
) -> i32 {
    let input = input.get(start as usize..).unwrap_or_default();
    let (mut left, mut taken) = (input.len(), 0);
    let (mut room, mut made) = (output.len(), 0);
    let code = match &mut *stream.0.borrow_mut() {
        Coder::Encoder(encoder) => {
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
    code
}
