import assert from 'node:assert/strict';
import { Buffer as NodeBuffer } from 'node:buffer';
import { test } from 'node:test';
import nodeUtil from 'node:util';
import { load, outcome } from '../testing/load.mjs';

const { Buffer } = load('buffer');

const texts = [
  '',
  'a',
  'hello world',
  'ñandú',
  '€uro',
  '😀 smile',
  '\ud800x',
  'aGVsbG8=',
  'aGVsbG8',
  'aGVs bG8=\n',
  'a-_b',
  'a',
  'ab=c',
  '68656c6c6f',
  '6865zz',
  '686',
  'FFfe00',
];
const encodings = [
  'utf8',
  'UTF-8',
  'latin1',
  'binary',
  'ascii',
  'ucs2',
  'utf16le',
  'hex',
  'base64',
  'base64url',
  undefined,
];

/** The same call on segfn's Buffer and on Node's: results as bytes, or errors. */
function same(body, message) {
  const comparable = (Class) => {
    const { value, ...failed } = outcome(() => body(Class));
    return value instanceof Uint8Array ? { bytes: [...value] } : { value, ...failed };
  };
  assert.deepEqual(comparable(Buffer), comparable(NodeBuffer), message ?? String(body));
}

test('text becomes the bytes that Node makes, and comes back', () => {
  for (const encoding of encodings) {
    for (const text of texts) {
      same((B) => B.from(text, encoding), `from ${JSON.stringify(text)} ${encoding}`);
      same((B) => B.byteLength(text, encoding), `byteLength of ${JSON.stringify(text)} ${encoding}`);
      same((B) => B.from(text).toString(encoding), `${JSON.stringify(text)} to ${encoding}`);
      same((B) => B.alloc(7, 0x2e).fill(text, 1, 6, encoding), `fill ${JSON.stringify(text)} ${encoding}`);
      same(
        (B) => {
          const b = B.alloc(5);
          return [b.write(text, 1, encoding), ...b].join();
        },
        `write ${JSON.stringify(text)} ${encoding}`,
      );
    }
    for (const bytes of [
      [0xff, 0xfe, 0x41],
      [0xef, 0xbb, 0xbf, 0x61],
      [0xe2, 0x82],
      [1, 2, 3, 4, 5],
    ]) {
      same((B) => B.from(bytes).toString(encoding), `${bytes} to ${encoding}`);
      same((B) => B.from(bytes).toString(encoding, 1, 3), `${bytes}[1..3] to ${encoding}`);
    }
  }
});

test('from, alloc and concat take and refuse what Node takes and refuses', () => {
  for (const body of [
    (B) => B.from([1, 256, -1, 'x', 2.7]),
    (B) => B.from(new Uint8Array([1, 2])),
    (B) => B.from(new Uint16Array([1, 257])),
    (B) => B.from(new ArrayBuffer(3), 1),
    (B) => B.from(new ArrayBuffer(3), 5),
    (B) => B.from({ length: 2, 0: 5, 1: 6 }),
    (B) => B.from({ type: 'Buffer', data: [1, 2] }),
    (B) => B.from(new String('abc')),
    (B) => B.from({ [Symbol.toPrimitive]: () => 'prim' }),
    (B) => B.from(5),
    (B) => B.from(null),
    (B) => B.from(undefined),
    (B) => B.from({}),
    (B) => B.from(true),
    (B) => B.from('a', 'nope'),
    (B) => B.from(Symbol.iterator),
    (B) => B.alloc(3, 'ab'),
    (B) => B.alloc(-1),
    (B) => B.alloc('5'),
    (B) => B.alloc(3, 300),
    (B) => B.allocUnsafe(2).length,
    (B) => B.concat([B.from('a'), new Uint8Array([1])]),
    (B) => B.concat([B.from('abc')], 2),
    (B) => B.concat([B.from('abc')], 5),
    (B) => B.concat('x'),
    (B) => B.concat([1]),
    (B) => B.byteLength(5),
    (B) => B.byteLength(new ArrayBuffer(4)),
    (B) => B.isEncoding('BASE64URL'),
    (B) => B.isEncoding('x'),
    (B) => B.isEncoding(5),
    (B) => B.isBuffer(B.from('')),
    (B) => B.isBuffer(new Uint8Array(1)),
    (B) => B.compare(B.from('a'), B.from('b')),
    (B) => B.compare(1, B.from('')),
    (B) => B.of(1, 2),
    (B) => new B('abc'),
    (B) => new B(3).length,
    (B) => B('abc').toString('hex'),
    (B) => B.from('test').equals(new Uint8Array(NodeBuffer.from('test'))),
    (B) => B.from('x').equals('x'),
    (B) => B.copyBytesFrom(new Uint16Array([1, 2, 3]), 1),
  ])
    same(body);
});

test('fill repeats and refuses as Node does', () => {
  for (const size of [0, 1, 2, 3, 7, 16, 1000]) {
    for (const value of [
      'a',
      'abc',
      'é€',
      '',
      0,
      7,
      257,
      -1,
      2.7,
      NaN,
      true,
      false,
      null,
      undefined,
      NodeBuffer.from('xyz'),
      new Uint8Array([1, 2, 3, 4, 5]),
    ]) {
      for (const bounds of [
        [],
        [0],
        [1],
        [2, 5],
        [3, 3],
        [5, 2],
        [1.5, 3.2],
        [size],
        [size + 1],
        [-1],
        [0, size + 1],
        [0, -1],
        ['1'],
        [0, '1'],
        [null],
        [undefined, 1],
        [0, undefined],
        [NaN],
        [0, 'utf8'],
        [0, 2, 'hex'],
        ['latin1'],
        ['nope'],
        [0, 1, 5],
        [undefined, undefined, 'hex'],
      ]) {
        same(
          (B) => B.alloc(size, 0x2e).fill(value instanceof NodeBuffer ? B.from(value) : value, ...bounds),
          `${size} bytes, ${String(value)}, ${JSON.stringify(bounds)}`,
        );
      }
    }
  }
});

test('reads, writes, searches, slices and swaps agree with Node', () => {
  for (const body of [
    (B) => B.from('0102030405060708', 'hex').readBigInt64BE(),
    (B) => B.from('f102030405060708', 'hex').readBigUInt64LE(0),
    (B) => B.from('ff', 'hex').readInt8(0),
    (B) => B.from('01', 'hex').readInt16BE(0),
    (B) => B.from('0000803f', 'hex').readFloatLE(0),
    (B) => {
      const b = B.alloc(8);
      b.writeBigInt64BE(-5n);
      return b;
    },
    (B) => {
      const b = B.alloc(8);
      b.writeDoubleLE(1.5);
      return b;
    },
    (B) => {
      const b = B.alloc(2);
      b.writeUInt16BE(70000);
      return b;
    },
    (B) => B.alloc(2).readUInt32LE(0),
    (B) => {
      const b = B.alloc(6);
      b.writeIntBE(-7, 0, 6);
      return b;
    },
    (B) => B.from('010203', 'hex').readUIntLE(0, 3),
    (B) => B.from('hello hello').indexOf('llo'),
    (B) => B.from('hello hello').lastIndexOf('llo'),
    (B) => B.from('hello').indexOf(0x6c, 3),
    (B) => B.from('hello').includes('ell'),
    (B) => B.from('hello').indexOf('bGw', 0, 'base64'),
    (B) => B.from('hello').indexOf('', 2),
    (B) => B.from('hello').indexOf(B.from('lo')),
    (B) => B.from('hello').slice(1, -1),
    (B) => B.from('hello').subarray(-2),
    (B) => B.from('abcd').swap16(),
    (B) => B.from('abc').swap16(),
    (B) => B.from('hello').fill('xy', 1),
    (B) => B.from('hello').fill(0),
    (B) => B.from('hello').fill(''),
    (B) => B.from('hello').fill('zz', 'hex'),
    (B) => JSON.stringify(B.from('hi')),
    (B) => B.from('hello').copy(B.alloc(3), 1, 2),
    (B) => B.from('abc').map((x) => x + 1) instanceof B,
    (B) => [...B.from('ab').entries()].join(),
    (B) => B.from('abc').toString('utf8', -1, 10),
    (B) => B.from('abc').toString('nope'),
    (B) => B.from('abc').latin1Slice(1),
    (B) => B.alloc(2).write('abc', 5),
    (B) => B.alloc(4).write('abc', 1, 2),
    (B) => B.alloc(4).write(5),
    (B) => B.from('€€').subarray(0, 4).toString(),
    (B) => {
      const b = B.alloc(4);
      b.write('€€');
      return b;
    },
    (B) => B.from('hello').compare(B.from('help')),
    (B) => `${B.from('text')}`,
    (B) => B.from('aé').toString('ascii'),
    (B) => B.from('abc').at(-1),
    (B) => B.from([1, 2, 3]).reverse(),
    (B) => B.from('abc').parent instanceof ArrayBuffer,
    (B) => Object.prototype.toString.call(B.from('')),
    (B) => B.name,
    (B) => B.from('').constructor === B,
    (B) => B.poolSize,
  ])
    same(body);
});

test('a Buffer is inspected as in Node', () => {
  const show = (B) => [
    nodeUtil.inspect(B.from('he')),
    nodeUtil.inspect(B.alloc(60)),
    nodeUtil.inspect(B.alloc(51)),
    nodeUtil.inspect(B.alloc(0)),
    nodeUtil.inspect(Object.assign(B.from('a'), { note: 1 })),
    nodeUtil.inspect({ b: B.from('x') }),
  ];
  assert.deepEqual(show(Buffer), show(NodeBuffer));
});

test("the module has what Node's has besides", () => {
  const buffer = load('buffer');
  assert.ok(buffer.isUtf8(Buffer.from('€')) && !buffer.isUtf8(Buffer.from([0xff])));
  assert.ok(buffer.isAscii(Buffer.from('a')) && !buffer.isAscii(Buffer.from('é')));
  assert.equal(buffer.transcode(Buffer.from('€'), 'utf8', 'utf16le').toString('hex'), 'ac20');
  assert.equal(buffer.constants.MAX_STRING_LENGTH, 0x1fffffe8);
  assert.ok(Buffer.from('x') instanceof Uint8Array);
});
