// segfn's V8 is newer than that of the platform's Node 20. This removes what came into the language since
// then, because a function that uses it would fail on the platform. V8's own flags leave out the newest of it
// (src/engine/isolate/v8_flags.rs).

const NEWER = {
  Array: ['fromAsync'],
  'ArrayBuffer.prototype': ['detached', 'transfer', 'transferToFixedLength'],
  Intl: ['DurationFormat'],
  'Iterator.prototype': [
    'drop',
    'every',
    'filter',
    'find',
    'flatMap',
    'forEach',
    'map',
    'reduce',
    'some',
    'take',
    'toArray',
  ],
  JSON: ['isRawJSON', 'rawJSON'],
  Map: ['groupBy'],
  Object: ['groupBy'],
  Promise: ['withResolvers'],
  'Set.prototype': [
    'difference',
    'intersection',
    'isDisjointFrom',
    'isSubsetOf',
    'isSupersetOf',
    'symmetricDifference',
    'union',
  ],
};

export function removeNewer() {
  for (const [path, names] of Object.entries(NEWER)) {
    const owner = path.split('.').reduce((object, name) => object[name], globalThis);
    for (const name of names) delete owner[name];
  }
  // Only the constructor is new: the prototype of iterators stays.
  delete globalThis.Iterator;
}
