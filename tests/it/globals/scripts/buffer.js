const show = (label, make) => {
  try {
    console.log(label, make());
  } catch (error) {
    console.log(label, error.name, error.code, error.message);
  }
};
for (const make of [
  () => Buffer.from('grüße €'), () => Buffer.from('68656c6c6f', 'hex'), () => Buffer.from('aGk=', 'base64'), () => Buffer.from('_-8', 'base64url'), () => Buffer.from('é€', 'latin1'), () => Buffer.from('é', 'ascii'), () => Buffer.from('a€', 'utf16le'), () => Buffer.from('x', 'nope'),
  () => Buffer.from([1, 256, -1, 1.9, 'x', NaN]), () => Buffer.from(new Uint16Array([1, 258])), () => Buffer.from(new Uint8Array([1, 2, 3]).buffer, 1), () => Buffer.from(new ArrayBuffer(2), 5), () => Buffer.from({ type: 'Buffer', data: [1, 2] }), () => Buffer.from(new String('s')), () => Buffer.from({ length: 2, 0: 7 }),
  () => Buffer.from(5), () => Buffer.from(null), () => Buffer.from(undefined), () => Buffer.from({}), () => Buffer.from(Symbol('x')), () => Buffer.from(() => 1),
  () => Buffer.alloc(3), () => Buffer.alloc(5, 'ab'), () => Buffer.alloc(4, 'YQ==', 'base64'), () => Buffer.alloc(-1), () => Buffer.alloc('5'), () => Buffer.alloc(3, ''), () => Buffer.allocUnsafe(4).length, () => Buffer.allocUnsafe(1e20), () => Buffer(3), () => new Buffer('old'), () => Buffer.of(1, 2),
  () => Buffer.concat([Buffer.from('a'), new Uint8Array([98])]), () => Buffer.concat([Buffer.from('abc')], 2), () => Buffer.concat([Buffer.from('a')], 3), () => Buffer.concat('x'), () => Buffer.concat(['x']),
  () => Buffer.byteLength('€'), () => Buffer.byteLength('abc', 'hex'), () => Buffer.byteLength('YQ==', 'base64'), () => Buffer.byteLength(new ArrayBuffer(3)), () => Buffer.byteLength(5), () => Buffer.compare(Buffer.from('a'), Buffer.from('b')), () => Buffer.compare('a', 'b'),
  () => Buffer.isBuffer(new Uint8Array(1)), () => Buffer.isEncoding('UTF-8'), () => Buffer.isEncoding('utf/8'), () => Buffer.poolSize,
]) show(String(make), make);
const bytes = Buffer.from('the quick brown fox');
for (const make of [
  () => bytes.toString(), () => bytes.toString('hex', 4, 9), () => bytes.toString('nope'), () => bytes.toString(undefined, -3, 400), () => bytes.toJSON().data.length, () => JSON.stringify(bytes.subarray(0, 2)), () => bytes.slice(-3), () => bytes.subarray(4, 9).toString('base64'), () => bytes.indexOf('quick'), () => bytes.indexOf(0x66), () => bytes.lastIndexOf('o'), () => bytes.indexOf('o', 13), () => bytes.includes(Buffer.from('fox')), () => bytes.indexOf(''), () => bytes.indexOf({}), () => bytes.indexOf('\u0071', 'latin1'),
  () => bytes.equals(Buffer.from(bytes)), () => bytes.equals('x'), () => bytes.compare(Buffer.from('the quiet'), 0, 9, 0, 9), () => bytes.compare(bytes, 100), () => Buffer.from(bytes).fill('xy', 1, 5).toString(), () => Buffer.from(bytes).fill(0, 100), () => Buffer.alloc(5).fill('zz', 'hex'),
  () => { const to = Buffer.alloc(5); return [bytes.copy(to, 1, 4, 7), to]; }, () => { const to = Buffer.alloc(5); return [to.write('€€'), to.write('ab', 4), to.write('ff', 1, 'hex'), to]; }, () => Buffer.alloc(2).write('x', 5), () => Buffer.alloc(2).write(5), () => Buffer.from('0102', 'hex').swap16(), () => Buffer.from('010203', 'hex').swap32(), () => Buffer.from('0102030405060708', 'hex').swap64(),
  () => bytes.readUInt32BE(2), () => bytes.readDoubleLE(1), () => bytes.readBigInt64LE(3), () => bytes.readIntBE(0, 6), () => bytes.readUIntLE(0, 7), () => bytes.readInt8(19), () => bytes.readInt8(1.5), () => bytes.readInt8('1'), () => Buffer.alloc(1).readUInt16LE(), () => Buffer.alloc(8).writeUInt8(256), () => Buffer.alloc(8).writeInt32BE(2 ** 31), () => Buffer.alloc(8).writeBigUInt64LE(2n ** 64n), () => Buffer.alloc(8).writeIntLE(1, 0, 0), () => Buffer.alloc(8).writeFloatBE(1.5, 3), () => Buffer.alloc(8).writeUInt16LE('x'), () => Buffer.alloc(8).writeUintBE(0x1234, 1, 3),
  () => bytes.at(-1), () => [...bytes.entries()].length, () => bytes.map((byte) => byte + 1), () => bytes.filter((byte) => byte > 115), () => bytes.buffer instanceof ArrayBuffer, () => bytes.parent === bytes.buffer, () => Object.keys(Buffer).sort(), () => Object.getOwnPropertyNames(Buffer.prototype).filter((name) => !['_isBuffer', 'subarray'].includes(name)).sort(), () => Buffer.name, () => bytes.latin1Slice(0, 3), () => bytes.toLocaleString(), () => bytes.inspect(),
]) show(String(make), make);
console.log(Buffer.alloc(60, 1), [Buffer.from('x')], { b: Object.assign(Buffer.from('x'), { extra: 1 }) });
