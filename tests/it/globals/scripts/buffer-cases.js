// Generated cases: each method with arguments of all kinds, and what it throws.
let state = 7;
const random = (below) => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
};
const of = (list) => list[random(list.length)];
const ENCODINGS = ['utf8', 'utf-8', 'UTF8', 'hex', 'base64', 'base64url', 'latin1', 'binary', 'ascii', 'utf16le', 'ucs2', 'UCS-2', undefined];
// Node's searches in UTF-16 step by two bytes, and past the end of an odd number of them.
const NARROW = ENCODINGS.filter((name) => !/^u.*(16|2)/i.test(name));
const PIECES = ['a', 'Z', '0', 'f', 'é', '€', '😀', '\ud83d', '\udc00', ' ', '\n', '=', '-', '_', '+', '/', '\0', '\xff', 'ab', '4a', 'YQ', '\ufeff'];
const text = () => Array.from({ length: random(9) }, () => of(PIECES)).join('');
const bytes = () => Buffer.from(Array.from({ length: random(12) }, () => (random(3) ? 32 + random(95) : of([0, 0x7f, 0x80, 0xbf, 0xc2, 0xe2, 0x82, 0xac, 0xed, 0xa0, 0xf0, 0x9f, 0xff]))));
const offset = () => of([0, 1, 2, 3, 5, 8, -1, -3, 20, undefined, 1.5, NaN, '2', null]);
const number = () => of([0, 1, -1, 127, 128, 255, 256, -129, 32768, 65535, 65536, -32769, 2 ** 31, 2 ** 32, -(2 ** 31) - 1, 2 ** 40, 1.5, NaN, '3', 1e300]);
const big = () => of([0n, 1n, -1n, 2n ** 63n, 2n ** 64n, 2n ** 64n - 1n, -(2n ** 63n), 5]);
const WIDTHS = ['UInt8', 'Int8', 'UInt16LE', 'UInt16BE', 'Int16LE', 'Int16BE', 'UInt32LE', 'UInt32BE', 'Int32LE', 'Int32BE', 'FloatLE', 'FloatBE', 'DoubleLE', 'DoubleBE'];
const BIG = ['BigInt64LE', 'BigInt64BE', 'BigUInt64LE', 'BigUInt64BE'];
const LONG = ['UIntLE', 'UIntBE', 'IntLE', 'IntBE'];
const CALLS = [
  () => Buffer.from(text(), of(ENCODINGS)),
  () => Buffer.byteLength(text(), of(ENCODINGS)),
  () => bytes().toString(of(ENCODINGS), offset(), offset()),
  () => bytes().toString(of(ENCODINGS)),
  () => bytes().slice(offset(), offset()),
  () => bytes().subarray(offset(), offset()),
  () => bytes().indexOf(of([text(), bytes(), random(256)]), offset(), of(NARROW)),
  () => bytes().lastIndexOf(of([text(), bytes(), random(256)]), offset(), of(NARROW)),
  () => bytes().includes(text(), offset()),
  () => bytes().compare(bytes(), offset(), offset(), offset(), offset()),
  () => bytes().equals(bytes()),
  () => bytes().fill(of([text(), bytes(), random(300)]), offset(), offset(), of(ENCODINGS)),
  () => Buffer.alloc(random(9), text(), of(ENCODINGS)),
  () => { const to = bytes(); return [to.write(text(), offset(), offset(), of(ENCODINGS)), to]; },
  () => { const to = bytes(); return [to.write(text(), of(ENCODINGS)), to]; },
  () => { const to = bytes(); return [bytes().copy(to, offset(), offset(), offset()), to]; },
  () => Buffer.concat([bytes(), bytes()], of([undefined, 0, 3, 30])),
  () => bytes()[of(['swap16', 'swap32', 'swap64'])](),
  () => bytes()[`read${of(WIDTHS)}`](offset()),
  () => bytes()[`read${of(BIG)}`](offset()),
  () => bytes()[`read${of(LONG)}`](offset(), of([1, 2, 3, 4, 5, 6, 0, 7])),
  () => { const to = bytes(); return [to[`write${of(WIDTHS)}`](number(), offset()), to]; },
  () => { const to = bytes(); return [to[`write${of(BIG)}`](big(), offset()), to]; },
  () => { const to = bytes(); return [to[`write${of(LONG)}`](number(), offset(), of([1, 2, 3, 4, 5, 6, 0, 7])), to]; },
];
const plain = (value) => {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Uint8Array) return `${value.constructor.name} ${Array.prototype.map.call(value, (byte) => byte.toString(16)).join(' ')}`;
  return Array.isArray(value) ? value.map(plain) : value;
};
let lines = [];
for (let number = 0; number < 6000; number++) {
  const call = random(CALLS.length);
  let result;
  try {
    result = plain(CALLS[call]());
  } catch (error) {
    result = [error.name, error.code, error.message];
  }
  lines.push(JSON.stringify([number, call, result]));
  if (lines.length === 50) {
    console.log(lines.join('\n'));
    lines = [];
  }
}
