'use strict';

// What V8 knows and plain JavaScript, and so node-inspect-extracted, can only guess: the state of
// a promise, the target of a proxy, the entries that an iterator has left.

const { core, ops } = host;

const kPending = 0;
const kRejected = 2;
const ALL_PROPERTIES = 0;
const ONLY_ENUMERABLE = 2;

module.exports = {
  constants: { kPending, kRejected, ALL_PROPERTIES, ONLY_ENUMERABLE },
  getOwnNonIndexProperties: (value, filter = ONLY_ENUMERABLE) => ops.op_get_non_index_property_names(value, filter),
  getPromiseDetails: (promise) => core.getPromiseDetails(promise),
  getProxyDetails(value, both = true) {
    const details = core.getProxyDetails(value);
    if (details === null) return undefined;
    return both ? details : details[0];
  },
  previewEntries(value, isIterator) {
    return isIterator ? ops.op_preview_entries(value, true) : ops.op_preview_entries(value, false);
  },
  getConstructorName: (value) => ops.op_get_constructor_name(value),
  getExternalValue: () => 0n,
  Proxy,
};
