//! What an instance may have of memory. V8 bounds its own heap. Here the heap, array buffers and
//! what native objects hold are counted together. build.rs includes this file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use deno_core::v8;
use deno_error::JsErrorBox;

/// The memory of one isolate, in bytes.
pub struct Budget {
    limit: usize,
    /// V8's heap as it was after the last collection of garbage.
    heap: AtomicUsize,
    /// What is outside of the heap.
    used: AtomicUsize,
    /// What V8 takes for memory, and lies in segfn's binary.
    exempt: AtomicUsize,
    /// How much was asked for in vain; 0 when as much has been had since then.
    refused: AtomicUsize,
    /// Set when the isolate can't go on.
    pub exhausted: Arc<AtomicBool>,
}

impl Budget {
    pub fn new(limit: usize) -> Budget {
        Budget {
            limit,
            heap: AtomicUsize::new(0),
            used: AtomicUsize::new(0),
            exempt: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            exhausted: Arc::default(),
        }
    }

    /// Takes `len` bytes. The answer is false when that would be more than there may be.
    pub fn reserve(&self, len: usize) -> bool {
        let used = self.used.fetch_add(len, Ordering::Relaxed);
        let all = self.heap.load(Ordering::Relaxed).saturating_add(used);
        let fits = all.saturating_add(len) <= self.limit;
        if !fits {
            self.release(len);
            self.refused.store(len, Ordering::Relaxed);
        } else if len >= self.refused.load(Ordering::Relaxed) {
            self.refused.store(0, Ordering::Relaxed);
        }
        fits
    }

    /// Gives back what was taken.
    pub fn release(&self, len: usize) {
        self.used.fetch_sub(len, Ordering::Relaxed);
    }

    /// What is taken outside of the heap.
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Leaves `len` bytes out of what V8 knows to be outside of its heap.
    pub fn exempt(&self, len: usize) {
        self.exempt.fetch_add(len, Ordering::Relaxed);
    }

    /// Notes the heap's size, and what V8 knows to be outside of it. The answer is false when that
    /// is more than there may be: V8 makes some buffers without asking.
    pub fn note(&self, heap: usize, external: usize) -> bool {
        self.heap.store(heap, Ordering::Relaxed);
        let external = external.saturating_sub(self.exempt.load(Ordering::Relaxed));
        heap.saturating_add(external.max(self.used())) <= self.limit
    }

    /// Whether the isolate can't go on, or was refused what it asked for. Production's process would
    /// have ended then.
    pub fn is_over(&self) -> bool {
        self.exhausted.load(Ordering::SeqCst) || self.refused.load(Ordering::Relaxed) > 0
    }
}

/// Some of an isolate's memory, which is given back when this is dropped.
#[derive(Default)]
pub struct Reserved {
    budget: Option<Arc<Budget>>,
    len: usize,
}

impl Reserved {
    /// Takes `len` bytes. If they are not there, garbage is collected; if they still aren't, the
    /// isolate is ended.
    ///
    /// # Errors
    /// What V8 says when it can't make a buffer.
    pub fn new(isolate: &mut v8::Isolate, len: usize) -> Result<Reserved, JsErrorBox> {
        let mut reserved = Reserved {
            budget: isolate.get_slot::<Arc<Budget>>().cloned(),
            len: 0,
        };
        reserved.grow_to(isolate, len)?;
        Ok(reserved)
    }

    /// Takes more, so that it is `len` bytes together.
    ///
    /// # Errors
    /// As for `new`.
    pub fn grow_to(&mut self, isolate: &mut v8::Isolate, len: usize) -> Result<(), JsErrorBox> {
        let Some(budget) = self.budget.as_ref().filter(|_| len > self.len) else {
            return Ok(());
        };
        let more = len - self.len;
        if !budget.reserve(more) {
            isolate.low_memory_notification();
            if !budget.reserve(more) {
                budget.exhausted.store(true, Ordering::SeqCst);
                isolate.thread_safe_handle().terminate_execution();
                return Err(JsErrorBox::range_error("Array buffer allocation failed"));
            }
        }
        self.len = len;
        Ok(())
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if let Some(budget) = &self.budget {
            budget.release(self.len);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heap_and_what_is_outside_of_it_share_the_limit() {
        let budget = Budget::new(100);
        assert!(budget.note(60, 0));
        assert!(budget.reserve(40));
        assert!(!budget.reserve(1));
        assert!(budget.is_over());
        assert_eq!(budget.used(), 40);
        // V8 has collected garbage, and asks again.
        assert!(budget.note(50, 40));
        assert!(budget.reserve(1));
        assert!(!budget.is_over());
        assert!(!budget.note(60, 40));
    }
}
