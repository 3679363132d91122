//! Bounds an instance's memory: V8's heap, and what is beside it (`host::budget`).

use std::alloc::Layout;
use std::cell::RefCell;
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use deno_core::{JsRuntime, v8};

use crate::host::budget::Budget;

/// What V8 is given beyond the limit once that is reached: it needs some room to unwind.
const SPARE: usize = 512 << 20;

fn layout(len: usize) -> Option<Layout> {
    Layout::from_size_align(len.max(1), 16).ok()
}

/// A null answer is V8's documented way to hear that there is no memory: the function sees a
/// RangeError.
///
/// # Safety
/// V8 calls this with the handle that was given to `new_rust_allocator`.
unsafe extern "C" fn allocate(budget: &Budget, len: usize) -> *mut c_void {
    let Some(layout) = layout(len).filter(|_| budget.reserve(len)) else {
        return std::ptr::null_mut();
    };
    // SAFETY: the layout's size is not zero.
    let data = unsafe { std::alloc::alloc_zeroed(layout) };
    if data.is_null() {
        // V8 does not free what it did not get.
        budget.release(len);
    }
    data.cast()
}

/// # Safety
/// V8 calls this once for each buffer that `allocate` gave, with the same length.
unsafe extern "C" fn free(budget: &Budget, data: *mut c_void, len: usize) {
    if let (Some(layout), false) = (layout(len), data.is_null()) {
        budget.release(len);
        // SAFETY: `data` was allocated by `allocate` with this layout.
        unsafe { std::alloc::dealloc(data.cast(), layout) };
    }
}

/// # Safety
/// V8 calls this once, when the allocator is gone. The handle came from `Arc::into_raw`.
unsafe extern "C" fn drop_budget(budget: *const Budget) {
    // SAFETY: see above.
    drop(unsafe { Arc::from_raw(budget) });
}

static VTABLE: v8::RustAllocatorVtable<Budget> = v8::RustAllocatorVtable {
    allocate,
    allocate_uninitialized: allocate,
    free,
    drop: drop_budget,
};

/// How an isolate with `budget` is created, whose heap may be all of it.
pub fn create_params(budget: &Arc<Budget>, limit: usize) -> v8::CreateParams {
    let handle = Arc::into_raw(budget.clone());
    // SAFETY: the handle is a live `Budget` until `drop_budget`, and the table is static.
    let allocator = unsafe { v8::new_rust_allocator(handle, &VTABLE) };
    v8::CreateParams::default()
        .heap_limits(0, limit)
        .array_buffer_allocator(allocator.make_shared())
}

/// Ends what runs in `runtime` when its memory reaches its limit, and sets the budget's `exhausted`:
/// the instance can't be trusted from then on.
pub fn watch(runtime: &mut JsRuntime, budget: &Arc<Budget>) {
    let isolate = runtime.v8_isolate();
    isolate.set_oom_error_handler(on_out_of_memory);
    isolate.set_slot(budget.clone());
    isolate.add_gc_epilogue_callback(
        after_collection,
        std::ptr::null_mut(),
        v8::GCType::kGCTypeMarkSweepCompact,
    );
    let flag = budget.exhausted.clone();
    let isolate = isolate.thread_safe_handle();
    runtime.add_near_heap_limit_callback(move |current, _initial| {
        // Some of V8's own code, such as its JSON parser, doesn't look whether it should end. When
        // the limit is reached a second time, it stays: `on_out_of_memory` gives the thread up.
        if flag.swap(true, Ordering::SeqCst) {
            return current;
        }
        isolate.terminate_execution();
        current + SPARE
    });
}

/// V8 makes resizable buffers, WebAssembly's memories and what Intl needs without asking the
/// allocator. But it knows their sizes, and collects garbage when they have grown by much.
///
/// # Safety
/// V8 calls this on the isolate's own thread.
unsafe extern "C" fn after_collection(
    isolate: v8::UnsafeRawIsolatePtr,
    _type: v8::GCType,
    _flags: v8::GCCallbackFlags,
    _data: *mut c_void,
) {
    // SAFETY: V8 gives the isolate that it has collected garbage in, which lives.
    let mut isolate = unsafe { v8::Isolate::from_raw_isolate_ptr(isolate) };
    let Some(budget) = isolate.get_slot::<Arc<Budget>>().cloned() else {
        return;
    };
    let heap = isolate.get_heap_statistics();
    if !budget.note(heap.used_heap_size(), heap.external_memory()) {
        budget.exhausted.store(true, Ordering::SeqCst);
        isolate.thread_safe_handle().terminate_execution();
    }
}

/// What may come to V8's old spaces, in bytes, before [`sweep`] collects garbage.
const GROWN: usize = 4 << 20;

/// Collects garbage if the old spaces have grown by much beyond `before`, and tells how large they are then. Names of
/// fields in JSON go into a table that only a full collection empties, and in a long run of small events V8 sees no
/// reason for one: without this, memory grows with every distinct name.
pub fn sweep(runtime: &mut JsRuntime, before: usize) -> usize {
    let isolate = runtime.v8_isolate();
    let grown = size_of_old(isolate);
    if grown < before + GROWN {
        return before.min(grown);
    }
    isolate.low_memory_notification();
    size_of_old(isolate)
}

/// The bytes that are used of all spaces but the new ones, which V8 empties often.
fn size_of_old(isolate: &mut v8::Isolate) -> usize {
    let spaces = 0..isolate.number_of_heap_spaces();
    spaces
        .filter_map(|number| isolate.get_heap_space_statistics(number))
        .filter(|space| !space.space_name().to_bytes().starts_with(b"new"))
        .map(|space| space.space_used_size())
        .sum()
}

/// Collects garbage completely. V8 would leave a part of the work for later allocations.
pub fn sweep_whole(runtime: &mut JsRuntime) {
    runtime.v8_isolate().low_memory_notification();
    // V8 finishes its work on the heap before it counts its code.
    let _ = runtime.v8_isolate().get_heap_code_and_metadata_statistics();
}

thread_local! {
    static LAST_WORDS: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// Sets what this thread does when V8 can't go on. Some of V8's own code takes memory in steps in
/// which `watch` has no say, and V8 ends the process as soon as its out-of-memory handler returns.
pub fn set_last_words(words: Option<Box<dyn FnOnce()>>) {
    LAST_WORDS.set(words);
}

/// This does not return where somebody can take over: the thread and its isolate are given up,
/// and the process lives.
///
/// # Safety
/// V8 calls this on the isolate's own thread.
unsafe extern "C" fn on_out_of_memory(_location: *const c_char, _details: &v8::OomDetails) {
    let words = LAST_WORDS.try_with(|words| words.borrow_mut().take());
    if let Ok(Some(words)) = words {
        words();
        loop {
            std::thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_that_the_system_has_no_memory_for_takes_nothing_of_the_limit() {
        let budget = Budget::new(usize::MAX);
        // More than any address space has.
        // SAFETY: `budget` is what `new_rust_allocator` would be given.
        let none = unsafe { allocate(&budget, 1 << 60) };
        assert!(none.is_null());
        assert_eq!(budget.used(), 0);

        // SAFETY: as above; the buffer is freed once, with its length.
        unsafe {
            let some = allocate(&budget, 64);
            assert!(!some.is_null());
            assert_eq!(budget.used(), 64);
            free(&budget, some, 64);
        }
        assert_eq!(budget.used(), 0);
    }
}
