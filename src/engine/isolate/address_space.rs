//! The address space that V8 reserves.

use crate::hints;

/// V8 reserves 32 GiB of addresses, of which it uses little memory, and would end the process where it
/// can't have them. They have to begin at a multiple of 16 GiB: it asks for 48 GiB and gives back the ends. Where it
/// can't have those, it tries its luck with 32 GiB, and loses once in thirty times. The rest is for the binary and for
/// stacks.
const NEEDED: u64 = 50 << 30;

/// This process may not have as many addresses as V8 needs.
#[derive(Debug, thiserror::Error)]
#[error(
    "V8 has to reserve {} GiB of addresses, but this process may have only {} MiB",
    NEEDED >> 30,
    limit >> 20
)]
pub struct AddressSpaceError {
    /// In bytes.
    limit: u64,
}

impl AddressSpaceError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        hints::MORE_ADDRESSES
    }
}

/// To be called before V8 is set up.
///
/// # Errors
/// The limit on this process's address space (`ulimit -v`) is too low for V8.
pub fn check_address_space() -> Result<(), AddressSpaceError> {
    #[cfg(unix)]
    if let Ok((limit, _)) = rlimit::Resource::AS.get()
        && limit < NEEDED
    {
        return Err(AddressSpaceError { limit });
    }
    Ok(())
}
