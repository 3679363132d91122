//! DER, as far as it has to be read and written by hand.

pub const INTEGER: u8 = 0x02;
pub const BITS: u8 = 0x03;
pub const OCTETS: u8 = 0x04;
pub const NULL: &[u8] = &[0x05, 0];
pub const OBJECT: u8 = 0x06;
pub const SEQUENCE: u8 = 0x30;

/// A tag, the length of `content`, and `content`.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let start = length
        .iter()
        .position(|&byte| byte != 0)
        .unwrap_or(length.len() - 1);
    let digits = &length[start..];
    let mut result = vec![tag];
    if content.len() >= 0x80 {
        // There are eight digits at most.
        result.push(0x80 | digits.len() as u8);
    }
    result.extend_from_slice(digits);
    result.extend_from_slice(content);
    result
}

/// The first element of `der`: its tag, its contents, and what comes after it.
pub fn part(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..0x80 => (usize::from(first), rest),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits.iter().try_fold(0usize, |sum, byte| {
                sum.checked_mul(256)?.checked_add((*byte).into())
            })?;
            (length, rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}
