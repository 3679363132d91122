//! `cache` (docs/platform.md section 8): which entries there are, and until when. The values are
//! live objects of the function's isolate and stay in js/core/cache.js, under the ids given out
//! here.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deno_core::{OpState, op2};
use moka::notification::RemovalCause;
use moka::sync::Cache as Moka;
use parking_lot::Mutex;

use super::clock::Clock;
use super::invocation_log::SharedInvocationLog;

/// Entries of one instance. The platform names no number; what is evicted is loaded again.
const MAX_ENTRIES: u64 = 10_000;

#[derive(Clone)]
struct Entry {
    id: u32,
    /// By the clock's `elapsed`; `None` for an entry that doesn't expire.
    expires: Option<Duration>,
    /// When moka, which knows the real time alone, may let it go by itself.
    gone: Option<Instant>,
}

/// The entries of one instance.
pub struct Cache {
    entries: Moka<String, Entry>,
    /// Ids whose values can be let go.
    dropped: Arc<Mutex<Vec<u32>>>,
    next: Cell<u32>,
}

struct Expiry;

impl moka::Expiry<String, Entry> for Expiry {
    fn expire_after_create(&self, _: &String, entry: &Entry, now: Instant) -> Option<Duration> {
        entry.gone.map(|gone| gone.saturating_duration_since(now))
    }

    fn expire_after_update(
        &self,
        key: &String,
        entry: &Entry,
        now: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        self.expire_after_create(key, entry, now)
    }
}

impl Default for Cache {
    fn default() -> Self {
        let dropped = Arc::new(Mutex::new(Vec::new()));
        let listener = dropped.clone();
        let entries = Moka::builder()
            .max_capacity(MAX_ENTRIES)
            .expire_after(Expiry)
            .eviction_listener(move |_, entry: Entry, _: RemovalCause| {
                listener.lock().push(entry.id);
            })
            .build();
        Cache {
            entries,
            dropped,
            next: Cell::new(1),
        }
    }
}

impl Cache {
    /// Empties the cache, as a cold start of the platform does.
    pub fn clear(&self) {
        self.entries.invalidate_all();
    }

    /// The id of the entry `key`, 0 when there is none.
    fn find(&self, key: &str, clock: &Clock) -> u32 {
        match self.entries.get(key) {
            Some(entry) if entry.expires.is_none_or(|at| at > clock.elapsed()) => entry.id,
            _ => 0,
        }
    }

    /// Stores an entry that expires `ttl` milliseconds from now, or never when that is negative.
    fn store(&self, key: String, ttl: f64, clock: &Clock) -> u32 {
        let id = self.next.replace(self.next.get().wrapping_add(1).max(1));
        let ttl = (ttl >= 0.0)
            .then(|| Duration::try_from_secs_f64(ttl / 1000.0).ok())
            .flatten();
        let expires = ttl.and_then(|ttl| clock.elapsed().checked_add(ttl));
        let gone = ttl
            .filter(|_| !clock.is_frozen())
            .and_then(|ttl| Instant::now().checked_add(ttl));
        self.entries.insert(key, Entry { id, expires, gone });
        id
    }

    fn dropped(&self) -> Vec<u32> {
        self.entries.run_pending_tasks();
        std::mem::take(&mut *self.dropped.lock())
    }
}

deno_core::extension!(
    segfn_cache,
    ops = [
        op_cache_find,
        op_cache_store,
        op_cache_delete,
        op_cache_dropped
    ],
    state = |state| {
        state.put(Cache::default());
    },
);

#[op2(fast)]
fn op_cache_find(state: &mut OpState, #[string] key: &str) -> u32 {
    let id = state.borrow::<Cache>().find(key, state.borrow::<Clock>());
    let cache = &mut state.borrow::<SharedInvocationLog>().borrow_mut().cache;
    if id == 0 {
        cache.misses += 1;
    } else {
        cache.hits += 1;
    }
    id
}

#[op2(fast)]
fn op_cache_store(state: &mut OpState, #[string] key: String, ttl: f64) -> u32 {
    let clock = state.borrow::<Clock>();
    state.borrow::<Cache>().store(key, ttl, clock)
}

#[op2(fast)]
fn op_cache_delete(state: &mut OpState, #[string] key: &str) {
    state.borrow::<Cache>().entries.invalidate(key);
}

/// The ids of entries that are gone since the last call: expired, evicted, replaced, deleted.
#[op2]
#[serde]
fn op_cache_dropped(state: &mut OpState) -> Vec<u32> {
    state.borrow::<Cache>().dropped()
}
