//! The time zone and the locale that functions see: the platform's, whatever this machine's are.

use deno_core::v8;
use parking_lot::Mutex;

#[cfg(target_os = "linux")]
use crate::fork::has_one_thread;
use crate::options::Region;

/// What the process has now; `None` is what it was started with.
static NOW: Mutex<Option<Region>> = Mutex::new(None);

/// Variables that say a locale, and come before `LANG`.
const LOCALES: [&str; 9] = [
    "LC_ALL",
    "LC_MESSAGES",
    "LC_CTYPE",
    "LC_TIME",
    "LC_NUMERIC",
    "LC_COLLATE",
    "LC_MONETARY",
    "LANGUAGE",
    "LC_MEASUREMENT",
];

/// Gives the process the platform's zone and locale, before V8 looks at them. A process with other threads
/// is left as it is: they may be reading its environment.
pub fn enter_platform_region() {
    #[cfg(target_os = "linux")]
    if !has_one_thread() {
        return;
    }
    let region = Region::default();
    // SAFETY: there is one thread, so nobody reads the environment meanwhile.
    unsafe {
        for name in LOCALES {
            std::env::remove_var(name);
        }
        std::env::set_var("LANG", format!("{}.UTF-8", region.locale.replace('-', "_")));
        std::env::set_var("TZ", &region.timezone);
    }
    *NOW.lock() = Some(region);
}

/// Gives the process the zone and the locale of its function. An isolate that is made afterwards has both;
/// one that there is already has the locale, if nothing has asked for it yet, and learns the zone by
/// [`tell`], if this gives true.
pub fn enter_region(region: &Region) -> bool {
    let mut now = NOW.lock();
    let is_platform = *region == Region::default();
    if now.as_ref() == Some(region) || (now.is_none() && is_platform) {
        return false;
    }
    // SAFETY: a worker's other thread, the watchdog, doesn't read the environment. Nor do the threads of a
    // process that can have no workers, once they are set up.
    unsafe { std::env::set_var("TZ", &region.timezone) };
    v8::icu::set_default_locale(&region.locale);
    *now = Some(region.clone());
    true
}

/// Tells `isolate` that the zone is another one.
pub fn tell(isolate: &mut v8::Isolate) {
    isolate.date_time_configuration_change_notification(v8::TimeZoneDetection::Redetect);
}
