// `cache` (docs/platform.md section 8). The values are live objects and stay here. Rust knows which entries
// there are, when each expires, and how many there may be.
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

/** When an entry expires, in milliseconds from now: -1 for never, 0 for at once. */
function expiry(ttl) {
  if (ttl === undefined || ttl === null || ttl === -1) return -1;
  return Math.max(0, Number(ttl) || 0);
}
