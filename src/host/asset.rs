//! What lies in the binary as it is, or packed: of the platform's packages a function touches a few, and all of them
//! together are a third of the program.

use std::borrow::Cow;
use std::sync::OnceLock;

use deno_error::JsErrorBox;

/// Bytes of the binary.
pub enum Asset {
    Plain(&'static [u8]),
    Packed(Packed),
}

/// By zstd.
pub struct Packed {
    bytes: &'static [u8],
    /// The length of what is packed, in bytes.
    len: usize,
    kept: OnceLock<Box<[u8]>>,
}

impl Asset {
    /// What build.rs has packed.
    pub const fn packed(bytes: &'static [u8], len: usize) -> Asset {
        Asset::Packed(Packed {
            bytes,
            len,
            kept: OnceLock::new(),
        })
    }

    /// The bytes, for as long as the process lives: they are unpacked once, and processes that are forked afterwards
    /// share them.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn keep(&'static self) -> Result<&'static [u8], JsErrorBox> {
        let packed = match self {
            Asset::Plain(bytes) => return Ok(bytes),
            Asset::Packed(packed) => packed,
        };
        if packed.kept.get().is_none() {
            let bytes = packed.unpack()?.into_boxed_slice();
            // Another thread may have been faster.
            let _ = packed.kept.set(bytes);
        }
        Ok(packed.kept.get().map_or(&[], |bytes| bytes))
    }

    /// The bytes, to be used once.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn take(&self) -> Result<Cow<'static, [u8]>, JsErrorBox> {
        match self {
            Asset::Plain(bytes) => Ok(Cow::Borrowed(bytes)),
            Asset::Packed(packed) => packed.unpack().map(Cow::Owned),
        }
    }
}

impl Packed {
    fn unpack(&self) -> Result<Vec<u8>, JsErrorBox> {
        let unpacked = zstd::bulk::decompress(self.bytes, self.len);
        unpacked.map_err(|error| {
            JsErrorBox::generic(format!("a package of segfn can't be unpacked: {error}"))
        })
    }
}
