//! Hexadecimal digits, two for each byte.

use std::ops::Range;

use super::runs::{ByteClass, class, runs};

/// Runs of fewer digits are let be: that of a value that is shorter is looked for as it is.
const SHORTEST: usize = 16;

static DIGITS: ByteClass = class(b"0123456789abcdefABCDEF");

/// Tells `inside` of the bytes of each run of digits in a part of `text`, and where a byte of them stands.
pub fn hex(
    text: &[u8],
    part: Range<usize>,
    mut inside: impl FnMut(&[u8], &dyn Fn(usize) -> Range<usize>),
) {
    let digits = &text[part.clone()];
    let value = |at: usize| char::from(digits[at]).to_digit(16).unwrap_or_default() as u8;
    for run in runs(digits, &DIGITS, SHORTEST) {
        for start in [run.start, run.start + 1] {
            let bytes: Vec<u8> = (start..run.end - 1)
                .step_by(2)
                .map(|at| value(at) << 4 | value(at + 1))
                .collect();
            let start = part.start + start;
            inside(&bytes, &|at| start + 2 * at..start + 2 * at + 2);
        }
    }
}
