//! The one clock: of `Date`, timers, `cache`, logs, signatures and the embedded AWS.
//!
//! A frozen clock stands still while JavaScript runs and moves by waiting alone: the engine moves
//! it to the next timer's time when nothing else is left to do (`engine::wait`). Answers that
//! come from inside the process take no time on it. Only who looks at it again and again without ever
//! waiting, as a loop does that is to last until a certain time, sees it move. js/core/determinism.js puts it
//! under `Date` and all else that could tell the real time.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use deno_core::{OpState, op2};

use crate::random;
use crate::random::Use;
use crate::text::time;

/// What the real clock's [`Clock::elapsed`] counts from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A clock; its clones show the same time.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    Real,
    Frozen(Arc<Hands>),
}

/// So often JavaScript may look at a frozen clock between two waits before each look moves it by a
/// millisecond. What measures how long it takes looks less often.
const LOOKS: u32 = 1000;

/// A frozen clock's time, in whole milliseconds since 1970, as `Date` has it.
#[derive(Debug)]
pub struct Hands {
    start: AtomicI64,
    now: AtomicI64,
    /// How often JavaScript has looked since it was last moved by waiting.
    looks: AtomicU32,
}

impl Clock {
    /// A frozen clock that says `time`, without what is less than a millisecond.
    pub fn frozen(time: SystemTime) -> Clock {
        let now = time::to_millis(time);
        Clock::Frozen(Arc::new(Hands {
            start: now.into(),
            now: now.into(),
            looks: AtomicU32::new(0),
        }))
    }

    /// Whether only waiting moves it.
    pub fn is_frozen(&self) -> bool {
        matches!(self, Clock::Frozen(_))
    }

    pub fn now(&self) -> SystemTime {
        match self {
            Clock::Real => SystemTime::now(),
            Clock::Frozen(hands) => time::from_millis(hands.now.load(Ordering::Relaxed)),
        }
    }

    /// Milliseconds since 1970.
    pub fn millis(&self) -> i64 {
        match self {
            Clock::Real => time::to_millis(SystemTime::now()),
            Clock::Frozen(hands) => hands.now.load(Ordering::Relaxed),
        }
    }

    /// A time that only grows.
    pub fn elapsed(&self) -> Duration {
        match self {
            Clock::Real => START.elapsed(),
            Clock::Frozen(hands) => {
                let since = hands.now.load(Ordering::Relaxed) - hands.start.load(Ordering::Relaxed);
                Duration::from_millis(u64::try_from(since).unwrap_or(0))
            }
        }
    }

    /// Moves a frozen clock on to `millis` since 1970; it never goes back.
    pub fn advance_to(&self, millis: i64) {
        if let Clock::Frozen(hands) = self
            && hands.now.fetch_max(millis, Ordering::Relaxed) < millis
        {
            hands.looks.store(0, Ordering::Relaxed);
        }
    }

    /// Lets a frozen clock notice that JavaScript looks at it.
    fn look(&self) {
        if let Clock::Frozen(hands) = self
            && hands.looks.fetch_add(1, Ordering::Relaxed) >= LOOKS
        {
            hands.looks.store(LOOKS, Ordering::Relaxed);
            hands.now.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lets `time` pass on a frozen clock.
    pub fn advance(&self, time: Duration) {
        let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.advance_to(self.millis().saturating_add(time));
    }

    /// Puts a frozen clock to `time`, be it back.
    pub fn set(&self, time: SystemTime) {
        if let Clock::Frozen(hands) = self {
            hands.start.store(time::to_millis(time), Ordering::Relaxed);
            hands.now.store(time::to_millis(time), Ordering::Relaxed);
            hands.looks.store(0, Ordering::Relaxed);
        }
    }
}

thread_local! {
    static OF_THREAD: RefCell<Option<Clock>> = const { RefCell::new(None) };
    /// How many packages are being evaluated on this thread, one because of the other.
    static PACKAGES: Cell<u32> = const { Cell::new(0) };
}

/// Makes `clock` the one that [`of_thread`] gives on this thread, on which no package is being
/// evaluated.
pub fn set_of_thread(clock: Clock) {
    OF_THREAD.set(Some(clock));
    PACKAGES.set(0);
}

/// For the evaluation of packages, frozen clocks of this thread say the same whatever they say
/// otherwise: on the platform, too, it lies somewhere before the first event.
pub fn enter_package() {
    PACKAGES.set(PACKAGES.get() + 1);
}

/// Ends what [`enter_package`] began.
pub fn leave_package() {
    PACKAGES.set(PACKAGES.get().saturating_sub(1));
}

/// The clock as JavaScript sees it, when it looks.
fn shown(state: &OpState) -> Clock {
    match state.borrow::<Clock>() {
        Clock::Frozen(_) if PACKAGES.get() > 0 => Clock::frozen(time::default()),
        clock => {
            clock.look();
            clock.clone()
        }
    }
}

/// The clock of the function that runs on this thread: one embedded AWS serves several, each with
/// a clock of its own.
pub fn of_thread() -> Option<Clock> {
    OF_THREAD.with_borrow(Clone::clone)
}

deno_core::extension!(
    segfn_clock,
    ops = [
        op_clock_now,
        op_clock_elapsed,
        op_now,
        op_random_unit,
        op_time_origin
    ]
);

/// Milliseconds since 1970.
#[op2(fast)]
fn op_clock_now(state: &mut OpState) -> f64 {
    shown(state).millis() as f64
}

/// Milliseconds of a clock that only goes forward.
#[op2(fast)]
fn op_clock_elapsed(state: &mut OpState) -> f64 {
    shown(state).elapsed().as_secs_f64() * 1000.0
}

/// Writes the time since the clock was started, for deno_web's `performance`.
#[op2(fast)]
fn op_now(state: &mut OpState, #[buffer] out: &mut [u8]) {
    write_time(shown(state).elapsed(), out);
}

/// Writes when the clock was started, since 1970.
#[op2(fast)]
fn op_time_origin(state: &mut OpState, #[buffer] out: &mut [u8]) {
    let clock = shown(state);
    let now = clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
    write_time(now.saturating_sub(clock.elapsed()), out);
}

/// Two numbers of 32 bits, seconds and nanoseconds.
fn write_time(time: Duration, out: &mut [u8]) {
    let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
    if let Some((first, second)) = out.split_at_mut_checked(4)
        && let Some(second) = second.get_mut(..4)
    {
        first.copy_from_slice(&seconds.to_ne_bytes());
        second.copy_from_slice(&time.subsec_nanos().to_ne_bytes());
    }
}

/// A number from 0 to less than 1, for `Math.random` under a seed.
#[op2(fast)]
fn op_random_unit() -> f64 {
    let mut bytes = [0; 8];
    // Only a seeded source is asked here, and that never fails.
    let _ = random::fill(Use::Math, &mut bytes);
    (u64::from_le_bytes(bytes) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_by_waiting_alone_and_never_back() {
        let start = UNIX_EPOCH + Duration::from_micros(1_000_500);
        let clock = Clock::frozen(start);
        let same = clock.clone();
        assert_eq!(clock.millis(), 1000);
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(clock.millis(), 1000);
        clock.advance(Duration::from_millis(5));
        clock.advance_to(3);
        assert_eq!(same.millis(), 1005);
        assert_eq!(same.elapsed(), Duration::from_millis(5));
    }

    #[test]
    fn a_loop_that_waits_for_a_time_on_a_frozen_clock_comes_to_its_end() {
        let clock = Clock::frozen(UNIX_EPOCH);
        let looks = |clock: &Clock| {
            let (start, mut looks) = (clock.millis(), 0);
            while clock.millis() < start + 50 {
                clock.look();
                looks += 1;
            }
            looks
        };
        assert_eq!(looks(&clock), LOOKS + 50);
        assert_eq!(looks(&clock), 50);
        clock.advance(Duration::from_millis(1));
        assert_eq!(looks(&clock), LOOKS + 50);
        clock.set(UNIX_EPOCH);
        assert_eq!((looks(&clock), clock.millis()), (LOOKS + 50, 50));
    }

    #[test]
    fn a_time_before_1970_is_one_too() {
        let start = UNIX_EPOCH - Duration::from_millis(1500);
        let clock = Clock::frozen(start);
        assert_eq!(clock.millis(), -1500);
        assert_eq!(clock.now(), start);
    }
}
