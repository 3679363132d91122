//! Where memory comes from.
//!
//! An event of `segfn serve` is read on one thread, handled on another and written on a third, which frees what the
//! first one took. glibc's malloc takes a third of the server's time then, and mimalloc a tenth. Functions' processes
//! have one thread each and keep the system's, which needs less memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

use libmimalloc_sys as mimalloc;

static FOR_THREADS: AtomicBool = AtomicBool::new(false);

/// Gives memory for many threads from now on. To be called while there is one.
pub fn give_for_threads() {
    FOR_THREADS.store(true, Ordering::Relaxed);
}

/// The system's, until [`give_for_threads`] is called.
struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

impl Allocator {
    fn is_for_threads() -> bool {
        FOR_THREADS.load(Ordering::Relaxed)
    }

    /// Whether it was given for many threads: what is older is the system's.
    fn is_own(at: *mut u8) -> bool {
        // SAFETY: it looks up the address, whatever that is.
        Allocator::is_for_threads() && unsafe { mimalloc::mi_is_in_heap_region(at.cast()) }
    }
}

// SAFETY: what one of the two has given goes back to the same.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match Allocator::is_for_threads() {
            // SAFETY: an alignment is a power of two.
            true => unsafe { mimalloc::mi_malloc_aligned(layout.size(), layout.align()) }.cast(),
            // SAFETY: as the caller promises.
            false => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match Allocator::is_for_threads() {
            // SAFETY: an alignment is a power of two.
            true => unsafe { mimalloc::mi_zalloc_aligned(layout.size(), layout.align()) }.cast(),
            // SAFETY: as the caller promises.
            false => unsafe { System.alloc_zeroed(layout) },
        }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        match Allocator::is_own(at) {
            // SAFETY: mimalloc has given it.
            true => unsafe { mimalloc::mi_free(at.cast()) },
            // SAFETY: the system has given it.
            false => unsafe { System.dealloc(at, layout) },
        }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match Allocator::is_own(at) {
            // SAFETY: mimalloc has given it.
            true => unsafe { mimalloc::mi_realloc_aligned(at.cast(), size, layout.align()) }.cast(),
            // SAFETY: the system has given it.
            false => unsafe { System.realloc(at, layout, size) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_before_and_after_goes_back_to_who_gave_it() {
        let before: Vec<Vec<u8>> = (1..2000).map(|size| vec![1; size]).collect();
        give_for_threads();
        let mut after: Vec<Vec<u8>> = (1..2000).map(|size| vec![2; size]).collect();
        after.extend(before);
        let grown = std::thread::spawn(move || {
            after.iter_mut().for_each(|bytes| bytes.extend([3; 100]));
            after
        });
        let grown = grown.join().expect("a thread");
        let is_whole = |bytes: &Vec<u8>| bytes[0] < 3 && bytes.ends_with(&[3; 100]);
        assert!(grown.iter().all(is_whole));
    }
}
