// `cache` (docs/platform.md section 8). The values are live objects and stay here; Rust holds which entries
// there are, until when, and how many may be.
import { ops } from './host.js';

const values = new Map();

function forgetDropped() {
  for (const id of ops.op_cache_dropped()) values.delete(id);
}

export const cache = {
  async load(key, ttl, fn) {
    if (typeof ttl === 'function') [ttl, fn] = [undefined, ttl];
    key = String(key);
    const id = ops.op_cache_find(key);
    if (id !== 0) return values.get(id);
    const value = await fn();
    values.set(ops.op_cache_store(key, expiry(ttl)), value);
    forgetDropped();
    return value;
  },

  delete(key) {
    ops.op_cache_delete(String(key));
    forgetDropped();
  },
};

// In milliseconds; -1 for none, 0 for an entry that is stale at once.
function expiry(ttl) {
  if (ttl === undefined || ttl === null || ttl === -1) return -1;
  return Math.max(0, Number(ttl) || 0);
}
