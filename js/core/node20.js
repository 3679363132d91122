// V8 here is newer than that of the platform's Node 20. What came into the language since is taken
// away, so that a function that uses it does not only run here. The newest of it V8 itself leaves
// out (src/engine/platform.rs).

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
  // The prototype of iterators stays; its constructor is what is new.
  delete globalThis.Iterator;
}
