//! V8: isolates, a function loaded in one, and what bounds its memory and its time.

pub mod address_space;
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "zygotes use the rest")
)]
pub mod base_isolate;
pub mod coverage;
pub mod instance;
pub mod js;
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "zygotes use the rest")
)]
pub mod memory;
pub mod region;
pub mod thrown;
pub mod timers;
pub mod v8_flags;
pub mod v8_platform;
pub mod watchdog;
pub mod wrapper;
