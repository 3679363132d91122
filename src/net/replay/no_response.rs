//! Requests that a cassette says nobody ever answered.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    static WAITING: Cell<usize> = const { Cell::new(0) };
}

/// How many such requests are waiting on this thread.
pub(crate) fn unanswered_here() -> usize {
    WAITING.get()
}

/// Waits until it is dropped, and is counted meanwhile.
pub(in crate::net) struct NoResponse(());

impl NoResponse {
    pub fn new() -> NoResponse {
        WAITING.set(WAITING.get() + 1);
        NoResponse(())
    }
}

impl Drop for NoResponse {
    fn drop(&mut self) {
        WAITING.set(WAITING.get() - 1);
    }
}

impl Future for NoResponse {
    type Output = Infallible;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Infallible> {
        Poll::Pending
    }
}
