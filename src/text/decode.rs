//! Texts of files.

use std::string::FromUtf8Error;

/// The text of a file that a person or another program wrote: UTF-8, or UTF-16 where a byte order mark
/// says so, as PowerShell and Notepad write it. The mark is no part of it.
///
/// # Errors
/// It is neither.
pub fn decode(mut bytes: Vec<u8>) -> Result<String, FromUtf8Error> {
    let units = |from: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).skip(1);
        let units: Vec<u16> = units.map(|unit| from([unit[0], unit[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        _ if bytes.starts_with(b"\xff\xfe") => Ok(units(u16::from_le_bytes)),
        _ if bytes.starts_with(b"\xfe\xff") => Ok(units(u16::from_be_bytes)),
        _ => {
            if bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            String::from_utf8(bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_tells_the_encoding_and_is_no_text() {
        let text = "{\"ä\": \"😀\"}\r\n";
        let units: Vec<u16> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .collect();
        let le: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [le, be, marked, text.into()] {
            assert_eq!(decode(bytes).expect("text"), text);
        }
        assert!(decode(b"\xff\xff".to_vec()).is_err());
        assert_eq!(decode(b"\xff\xfe".to_vec()).expect("text"), "");
    }
}
