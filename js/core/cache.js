// `cache` (docs/platform.md section 8). The values are live objects and stay here. Rust knows which entries
// there are, when each expires, and how many there may be.
import { ops, primordials } from './host.js';

const { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, MathMax, Number, SafeMap, String } = primordials;

const values = new SafeMap();

function forgetDropped() {
  const dropped = ops.op_cache_dropped();
  for (let i = 0; i < dropped.length; i++) MapPrototypeDelete(values, dropped[i]);
}

export const cache = {
  async load(key, ttl, fn) {
    if (typeof ttl === 'function') {
      fn = ttl;
      ttl = undefined;
    }
    key = String(key);
    const id = ops.op_cache_find(key);
    if (id !== 0) return MapPrototypeGet(values, id);
    const value = await fn();
    MapPrototypeSet(values, ops.op_cache_store(key, expiry(ttl)), value);
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
  return MathMax(0, Number(ttl) || 0);
}
