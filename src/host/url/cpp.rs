//! What ada needs of a C++ library (.cargo/config.toml says why it gets no whole one). The functions
//! that would throw are called for what can't be: ada has checked its lengths and places before.

use std::ffi::{c_char, c_void};
use std::process::abort;

/// `std::ios_base::Init::Init()`, by which each file that includes `iostream` makes the streams ready.
/// ada uses none.
// SAFETY: nothing else in the process has this name, and it touches nothing.
#[unsafe(export_name = "_ZNSt8ios_base4InitC1Ev")]
extern "C" fn make_streams(_this: *mut c_void) {}

/// `std::ios_base::Init::~Init()`.
// SAFETY: as above.
#[unsafe(export_name = "_ZNSt8ios_base4InitD1Ev")]
extern "C" fn drop_streams(_this: *mut c_void) {}

/// `std::__throw_logic_error(const char*)`.
// SAFETY: as above.
#[unsafe(export_name = "_ZSt19__throw_logic_errorPKc")]
extern "C" fn throw_logic_error(_what: *const c_char) -> ! {
    abort()
}

/// `std::__throw_length_error(const char*)`.
// SAFETY: as above.
#[unsafe(export_name = "_ZSt20__throw_length_errorPKc")]
extern "C" fn throw_length_error(_what: *const c_char) -> ! {
    abort()
}

/// `std::__throw_out_of_range_fmt(const char*, ...)`.
// SAFETY: as above; the other arguments are not read.
#[unsafe(export_name = "_ZSt24__throw_out_of_range_fmtPKcz")]
extern "C" fn throw_out_of_range(_what: *const c_char) -> ! {
    abort()
}
