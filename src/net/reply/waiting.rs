//! Requests whose answers come when time has passed on a frozen clock, and those whose answers never come.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

thread_local! {
    static WAITING: RefCell<WaitingRequests> = RefCell::default();
}

/// Those of a thread.
#[derive(Default)]
struct WaitingRequests {
    all: BTreeMap<u64, Wait>,
    /// How many there have been.
    begun: u64,
    /// Who moves the clock.
    clockmaker: Option<Waker>,
}

struct Wait {
    /// `None` where there is nothing to wait for.
    after: Option<Duration>,
    /// In milliseconds since 1970, once somebody has looked at the clock.
    due: Option<i64>,
    is_over: bool,
    waker: Option<Waker>,
}

/// How many such requests are waiting on this thread.
pub(crate) fn waiting_here() -> usize {
    with(|waiting| waiting.all.values().filter(|wait| !wait.is_over).count())
}

/// Has `waker` woken when another request begins to wait: a client may send from a task of its own.
pub(crate) fn watch_waiting(waker: &Waker) {
    with(|waiting| match &mut waiting.clockmaker {
        Some(known) => known.clone_from(waker),
        none => *none = Some(waker.clone()),
    });
}

/// When the next of their answers is due on a clock that says `now`; both are milliseconds since 1970. A
/// clock moves only after this was asked, so that a wait begins where it was asked first.
pub(crate) fn next_answer(now: i64) -> Option<i64> {
    with(|waiting| {
        let waits = waiting.all.values_mut().filter(|wait| !wait.is_over);
        let due = waits.filter_map(|wait| {
            let after = i64::try_from(wait.after?.as_millis()).unwrap_or(i64::MAX);
            Some(*wait.due.get_or_insert(now.saturating_add(after)))
        });
        due.min()
    })
}

/// Ends the waits that are over when the clock says `now`, and tells whether there were any.
pub(crate) fn give_due(now: i64) -> bool {
    let mut woken = Vec::new();
    let any = with(|waiting| {
        let mut any = false;
        for wait in waiting.all.values_mut().filter(|wait| !wait.is_over) {
            if wait.due.is_some_and(|due| due <= now) {
                (wait.is_over, any) = (true, true);
                woken.extend(wait.waker.take());
            }
        }
        any
    });
    woken.into_iter().for_each(Waker::wake);
    any
}

fn with<T>(act: impl FnOnce(&mut WaitingRequests) -> T) -> T {
    WAITING.with_borrow_mut(act)
}

/// A request that waits for its answer, until this is ready or dropped.
pub(in crate::net) struct Waiting(u64);

impl Waiting {
    /// It is ready when so much time has passed on the thread's frozen clock.
    pub fn for_time(time: Duration) -> Waiting {
        Waiting::new(Some(time))
    }

    /// It is never ready.
    pub fn for_ever() -> Waiting {
        Waiting::new(None)
    }

    fn new(after: Option<Duration>) -> Waiting {
        with(|waiting| {
            waiting.begun += 1;
            let wait = Wait {
                after,
                due: None,
                is_over: false,
                waker: None,
            };
            waiting.all.insert(waiting.begun, wait);
            if let Some(clockmaker) = &waiting.clockmaker {
                clockmaker.wake_by_ref();
            }
            Waiting(waiting.begun)
        })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        with(|waiting| waiting.all.remove(&self.0));
    }
}

impl Future for Waiting {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        with(|waiting| match waiting.all.get_mut(&self.0) {
            Some(wait) if !wait.is_over => {
                wait.waker = Some(context.waker().clone());
                Poll::Pending
            }
            _ => Poll::Ready(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_by_the_clock_alone() {
        let mut waits = [200, 100].map(|ms| Waiting::for_time(Duration::from_millis(ms)));
        let silence = Waiting::for_ever();
        let mut poll = |index: usize| {
            let context = &mut Context::from_waker(Waker::noop());
            Pin::new(&mut waits[index]).poll(context).is_ready()
        };
        assert_eq!((waiting_here(), next_answer(1000)), (3, Some(1100)));
        assert!(!give_due(1099) && !poll(0) && !poll(1));
        assert!(give_due(1100) && !poll(0) && poll(1));
        assert_eq!((waiting_here(), next_answer(1100)), (2, Some(1200)));
        drop(waits);
        assert_eq!((waiting_here(), next_answer(1100)), (1, None));
        drop(silence);
        assert_eq!(waiting_here(), 0);
    }
}
