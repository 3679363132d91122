//! What Node throws where a cipher is misused.

use crate::host::crypto::error::CryptoError;

pub const UNSUPPORTED_STATE: &str = "Trying to add data in unsupported state";

pub fn invalid_state(operation: &str) -> CryptoError {
    CryptoError::coded(
        "Error",
        "ERR_CRYPTO_INVALID_STATE",
        format!("Invalid state for operation {operation}"),
    )
}

pub fn invalid_iv() -> CryptoError {
    CryptoError::coded(
        "TypeError",
        "ERR_CRYPTO_INVALID_IV",
        "Invalid initialization vector",
    )
}

pub fn invalid_tag(message: impl Into<String>) -> CryptoError {
    CryptoError::coded("TypeError", "ERR_CRYPTO_INVALID_AUTH_TAG", message.into())
}

pub fn invalid_tag_length(length: usize) -> CryptoError {
    invalid_tag(format!("Invalid authentication tag length: {length}"))
}

pub fn invalid_message_length() -> CryptoError {
    CryptoError::coded(
        "RangeError",
        "ERR_CRYPTO_INVALID_MESSAGELEN",
        "Invalid message length",
    )
}
