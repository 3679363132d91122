//! Requests that a cassette says nobody ever answered.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

thread_local! {
    static SILENT: Cell<usize> = const { Cell::new(0) };
}

/// How many such requests are waiting on this thread.
pub(crate) fn silent_here() -> usize {
    SILENT.get()
}

/// Waits until it is dropped, and is counted meanwhile.
pub(crate) struct Silence(());

impl Silence {
    pub fn new() -> Silence {
        SILENT.set(SILENT.get() + 1);
        Silence(())
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        SILENT.set(SILENT.get() - 1);
    }
}

impl Future for Silence {
    type Output = Infallible;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Infallible> {
        Poll::Pending
    }
}
