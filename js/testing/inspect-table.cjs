'use strict';

// Values whose inspection is compared with Node's: here over Node's V8, in tests/it/node_layer.rs over segfn's.

const fixed = (error, stack) =>
  Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });

class Point {
  #hidden = 2;
  x = 1;
  get sum() {
    return this.x + this.#hidden;
  }
}
class Point3 extends Point {
  static origin = 0;
}
class Registry extends Map {
  owner = 'me';
}
class OwnError extends Error {
  constructor(message) {
    super(message);
    this.name = 'OwnError';
  }
}

const circular = { name: 'root', child: {} };
circular.child.parent = circular;
circular.self = circular;

const caused = fixed(
  new Error('outer', { cause: fixed(new TypeError('inner'), 'TypeError: inner\n    at a (b.js:1:1)') }),
  'Error: outer\n    at a (b.js:1:1)',
);
caused.code = 'E_OUTER';
const plain = fixed(new RangeError('range'), 'RangeError: range\n    at a (b.js:1:1)');
const renamed = fixed(new Error('renamed'), 'Error: renamed\n    at a (b.js:1:1)');
renamed.name = 'Renamed';
const rejected = Promise.reject(new Date(1));
rejected.catch(() => {});
function named() {}
named.property = 1;

/** Values that only V8 can inspect fully. */
const byV8 = {
  resolved: Promise.resolve(4),
  rejected,
  pending: new Promise(() => {}),
  proxy: new Proxy(
    { a: 1 },
    {
      get() {
        throw new Error('trapped');
      },
      ownKeys() {
        throw new Error('trapped');
      },
    },
  ),
  proxyOfFunction: new Proxy(function f() {}, {}),
  nestedProxy: { p: new Proxy([1, 2], {}) },
  mapKeys: new Map([[1, 2]]).keys(),
  mapEntries: new Map([[1, 2]]).entries(),
  setValues: new Set([1, 'a']).values(),
  nullMap: Object.setPrototypeOf(new Map([[1, 2]]), null),
};

const byJavaScript = {
  integer: 1,
  negativeZero: -0,
  float: 1.5,
  nan: NaN,
  bigint: 10n,
  yes: true,
  nothing: undefined,
  nil: null,
  quote: "it's",
  quotes: 'a"b\'c',
  newline: 'a\nb',
  control: '\x00\x1b[31m\u200b\ud800',
  longText: 'x'.repeat(20_000),
  symbol: Symbol('x y'),
  bareSymbol: Symbol(),
  array: [1, 2, 3],
  holes: [1, , 3, , , 4],
  longArray: Array.from({ length: 120 }, (_, i) => i),
  arrayWithProperty: Object.assign([1, 2], { x: 1 }),
  texts: ['a'.repeat(28), 'b'.repeat(40), 'c'.repeat(30)],
  words: Array.from({ length: 30 }, (_, i) => `word${i}`),
  numbers: [1.5, -2, 1000, 123456],
  mixed: [1, 'a', null, undefined, {}],
  emptyArray: [],
  wide: ['😀', '日本語'],
  nested: { a: { b: { c: { d: 1 } } } },
  deepArray: [[[[1]]]],
  empty: {},
  keys: { 'a b': 1, valid_1: 2, '1x': 3, é: 4, 'quo"te': 5 },
  object: { a: 1, 'b-c': 2, 3: 4, [Symbol('s')]: 5 },
  manyKeys: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i])),
  longKeys: { aaaaaaaaaaaaaaaaaaaa: 1, bbbbbbbbbbbbbbbbbbbbbbb: 2, ccccccccccccccccccccccccc: 3, ddddddddddddddddd: 4 },
  lines: { a: 'line1\nline2 which is a rather long line of text here', b: 'x\ny' },
  instance: new Point(),
  subclass: new Point3(),
  registry: new Registry([[1, 2]]),
  class: Point,
  classExtends: Point3,
  anonymousClass: class {},
  function: named,
  anonymous: (() => function () {})(),
  arrow: () => {},
  async: async () => {},
  generator: function* g() {},
  asyncGenerator: async function* ag() {},
  functionWithProperties: Object.assign(() => {}, { a: { b: 1 } }),
  generatorObject: (function* g() {})(),
  map: new Map([
    ['a', { b: 1 }],
    [{ k: 1 }, 2],
  ]),
  set: new Set([1, 'a', { x: 1 }]),
  emptyMap: new Map(),
  nestedSet: new Set([[1, 2], new Set([3])]),
  bigMap: new Map(Array.from({ length: 110 }, (_, i) => [i, i])),
  weakMap: new WeakMap(),
  weakSet: new WeakSet(),
  weakRef: new WeakRef({ a: 1 }),
  arrayIterator: [1][Symbol.iterator](),
  textIterator: ''[Symbol.iterator](),
  caused,
  plain,
  renamed,
  own: fixed(new OwnError('mine'), 'Error: mine\n    at a (b.js:1:1)'),
  noStack: fixed(new Error('no stack'), undefined),
  twoLines: fixed(new Error('two\nlines'), 'Error: two\nlines\n    at a (b.js:1:1)'),
  inObject: { e: plain },
  inArray: [plain],
  aggregate: fixed(new AggregateError([plain, renamed], 'all'), 'AggregateError: all\n    at a (b.js:1:1)'),
  accessors: {
    get a() {
      return 1;
    },
    set b(v) {},
    get c() {
      return 1;
    },
    set c(v) {},
  },
  throwing: {
    get a() {
      throw new Error('no');
    },
  },
  circular,
  bytes: new Uint8Array([1, 2, 3]),
  floats: new Float64Array([1.5, -0]),
  bigints: new BigInt64Array(2),
  arrayBuffer: new ArrayBuffer(4),
  dataView: new DataView(new ArrayBuffer(4)),
  date: new Date(0),
  badDate: new Date(NaN),
  dateWithProperty: Object.assign(new Date(0), { x: 1 }),
  regexp: /a/g,
  regexpWithProperty: Object.assign(/a/, { x: 1 }),
  boxedText: new String('abc'),
  boxedNumber: new Number(-0),
  boxedBoolean: new Boolean(false),
  boxedSymbol: Object(Symbol('q')),
  boxedBigint: Object(3n),
  nullPrototype: Object.create(null, { a: { value: 1, enumerable: true } }),
  nullArray: Object.setPrototypeOf([1], null),
  inherits: Object.create({ a: 1 }),
  inheritsInstance: Object.create(new Point()),
  tagged: { [Symbol.toStringTag]: 'Tag', a: 1 },
  taggedClass: new (class A {
    get [Symbol.toStringTag]() {
      return 'T';
    }
  })(),
  arguments: (function () {
    return arguments;
  })(1, 2),
  math: Math,
  json: JSON,
  reflect: Reflect,
  custom: {
    [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
      return { depth, type: typeof options };
    },
  },
  customText: {
    x: {
      [Symbol.for('nodejs.util.inspect.custom')]() {
        return 'custom\ntext';
      },
    },
  },
};

const formats = [
  ['%s %d %i %f %j %o %O %c %%', 'a', 1.5, '2.7', '3.5', { a: 1 }, [1], { b: { c: 2 } }, 'css'],
  ['%s', Symbol('x')],
  ['%s', { a: { b: { c: 1 } } }],
  ['%s', () => 1],
  ['%s', -0],
  ['%s', 5n],
  ['%s', null],
  ['%s', class A {}],
  ['%s', new Point()],
  ['%d', '0x10'],
  ['%d', 5n],
  ['%i', 'x'],
  ['%j', circular],
  ['%x', 1],
  ['a', 'b', { c: 1 }],
  [1, 'a', '%s'],
  ['%s'],
  ['100%', 1],
  ['%', 1],
  ['%s', plain],
  ['x', plain],
];

const options = [
  { depth: 0 },
  { depth: null },
  { showHidden: true },
  { compact: false },
  { compact: 1 },
  { breakLength: 40 },
  { sorted: true },
  { maxArrayLength: 2 },
  { maxStringLength: 5 },
  { getters: true },
  { numericSeparator: true },
  { colors: true },
];

module.exports = { byV8, byJavaScript, formats, options };
