//! Bytes that an op gives to JavaScript, counted against the limit of memory. build.rs includes this file.

use deno_core::{ToV8, v8};
use deno_error::JsErrorBox;

use super::budget::Reserved;

/// Becomes a Uint8Array. deno_core's own types would make one that nobody counts.
pub struct CountedBytes(Vec<u8>);

impl From<Vec<u8>> for CountedBytes {
    fn from(bytes: Vec<u8>) -> CountedBytes {
        CountedBytes(bytes)
    }
}

/// What the buffer holds until V8 frees it.
struct Counted {
    bytes: Vec<u8>,
    _reserved: Reserved,
}

impl AsMut<[u8]> for Counted {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl<'s> ToV8<'s> for CountedBytes {
    type Error = JsErrorBox;

    fn to_v8<'i>(
        self,
        scope: &mut v8::PinScope<'s, 'i>,
    ) -> Result<v8::Local<'s, v8::Value>, JsErrorBox> {
        let CountedBytes(bytes) = self;
        let len = bytes.len();
        let buffer = match len {
            0 => v8::ArrayBuffer::new(scope, 0),
            _ => {
                let reserved = Reserved::new(scope, len)?;
                let counted = Box::new(Counted {
                    bytes,
                    _reserved: reserved,
                });
                let store = v8::ArrayBuffer::new_backing_store_from_bytes(counted);
                v8::ArrayBuffer::with_backing_store(scope, &store.make_shared())
            }
        };
        v8::Uint8Array::new(scope, buffer, 0, len)
            .map(Into::into)
            .ok_or_else(|| JsErrorBox::range_error("Invalid typed array length"))
    }
}
