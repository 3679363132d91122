'use strict';

// What parts of the language do: the same in segfn and in Node 20.

const attempt = (body) => {
  try {
    const value = body();
    return value === undefined ? 'undefined' : value;
  } catch (error) {
    return { name: error.name, message: error.message };
  }
};

const TEXTS = [
  ...['{', '{"a":1}x', '[1,]', '"\n"', '"a', 'nul', '{"a" 1}', '', '[1 2]', '1e', '-', '"\\x"', '{1:2}', 'undefined'],
  ...['tru e', '[', '{"a":1,}', '"\\u12"', '\u0001', 'a'.repeat(100), `[${'1,'.repeat(60)}x`, '{\n "a": b }', '[1]\n2'],
];

const CODE = [
  ...['{ using x = null; }', 'for (using x of []) {}', '/(?i:a)/', '/(?-i:a)/', '/(?<a>x)|(?<a>y)/', '/[a--b]/v'],
  ...['@dec class X {}', 'class C { accessor x = 1 }', 'class C { static { await } }', '/\\p{RGI_Emoji}/v.test("x")'],
  ...[
    'async () => { await using x = null }',
    'new RegExp("(?i:a)")',
    'RegExp("(?<a>x)|(?<a>y)")',
    'RegExp.escape("a")',
  ],
  ...['Promise.try', 'Error.isError', 'Math.sumPrecise', 'Atomics.pause', 'Iterator', 'Float16Array', 'Temporal'],
  ...[
    '[].values().map',
    'new Set().union',
    'Uint8Array.fromBase64',
    'new Uint8Array(1).toHex',
    'new Map().getOrInsert',
  ],
  ...['Array.fromAsync', 'Object.groupBy', 'JSON.rawJSON', 'SuppressedError', 'DisposableStack', 'Math.f16round'],
  ...['new DataView(new ArrayBuffer(2)).getFloat16', 'new ArrayBuffer(1).transfer', 'Promise.withResolvers'],
];

exports.rows = () => {
  const rows = {};
  const add = (name, body) => {
    if (name in rows) throw new Error(`two rows are named ${name}`);
    rows[name] = attempt(body);
  };
  for (const text of TEXTS) add(`JSON.parse ${JSON.stringify(text)}`, () => JSON.parse(text));
  add('the frames of an error of JSON.parse', () => {
    try {
      JSON.parse('{');
    } catch (error) {
      return error.stack.split('\n').slice(0, 2);
    }
  });
  add('the arguments of a reviver', () => {
    const counts = [];
    JSON.parse('{"a":[1]}', function (...args) {
      counts.push([args.length, args[0], Array.isArray(this)]);
      return args[1];
    });
    return counts;
  });
  add('a reviver that is none', () => JSON.parse('[1]', 5));
  add('a reviver that throws', () => JSON.parse('[1]', () => nowhere));
  const nested = (depth) => {
    let value = [];
    for (let i = 1; i < depth; i++) value = i % 2 ? [value] : { value };
    return value;
  };
  for (const depth of [3000, 6000, 20000]) {
    add(`JSON.stringify ${depth} levels deep`, () => JSON.stringify(nested(depth)).length);
  }
  add('JSON.stringify of brackets in texts', () => JSON.stringify({ '[': '[{"\\'.repeat(9000) }).length);
  add('JSON.stringify of a circle', () => {
    const circle = {};
    circle.circle = circle;
    return JSON.stringify(circle);
  });
  add('JSON.stringify of a BigInt', () => JSON.stringify(1n));
  add('JSON.stringify with a replacer and indents', () => JSON.stringify({ a: [1, undefined], b: 2 }, ['a'], 2));
  add('JSON.stringify of nothing', () => JSON.stringify(undefined));

  for (const zone of ['+05:30', '-08', '+0530', 'UTC', 'Asia/Kolkata', 'nope']) {
    const date = new Date(0);
    add(`a date in ${zone}`, () => date.toLocaleString('en-US', { timeZone: zone }));
    add(`a formatter in ${zone}`, () => new Intl.DateTimeFormat('en-US', { timeZone: zone }).format(date));
    add(`a formatter without new in ${zone}`, () => Intl.DateTimeFormat('de', { timeZone: zone }).format(date));
  }
  add('a subclass of Intl.DateTimeFormat', () => {
    class Mine extends Intl.DateTimeFormat {}
    const mine = new Mine('de', { timeZone: 'UTC' });
    return [mine instanceof Mine, mine instanceof Intl.DateTimeFormat, mine.format(0), mine.constructor.name];
  });
  add('the constructor of formatters', () => new Intl.DateTimeFormat().constructor === Intl.DateTimeFormat);
  for (const tag of ['de-DE', 'en-US', 'ar-EG', 'fr', 'ja', 'und', 'he-IL']) {
    const locale = new Intl.Locale(tag);
    for (const name of ['weekInfo', 'textInfo', 'hourCycles', 'timeZones', 'numberingSystems', 'calendars'])
      add(`${name} of ${tag}`, () => locale[name]);
  }

  for (const code of CODE) {
    add(`code ${code}`, () => void new Function(code));
    add(`value ${code}`, () => typeof (0, eval)(code));
  }
  add('Error.prepareStackTrace', () => {
    const { prepareStackTrace } = Error;
    return [prepareStackTrace(new TypeError('t'), []), prepareStackTrace(new RangeError('r'), ['a', 'b'])];
  });
  return rows;
};
