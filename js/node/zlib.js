'use strict';

// Node's zlib: streams, callbacks and synchronous calls, over the coders of js/internal/zlib.

const { invalidArgType } = require('../internal/node-error.js');
const { ZlibBase, codeLater, codeSync } = require('../internal/zlib/base.js');
const brotli = require('../internal/zlib/brotli.js');
const constants = require('../internal/zlib/constants.js');
const deflate = require('../internal/zlib/deflate.js');
const { asBytes, option } = require('../internal/zlib/options.js');

const { ops } = host;

/** Makes `Class` a subclass of `Base`, and one whose constructor libraries may call on their own objects. */
function inherit(Class, Base) {
  Object.setPrototypeOf(Class.prototype, Base.prototype);
  Object.setPrototypeOf(Class, Base);
  return Class;
}

function Zlib(options, kind) {
  ZlibBase.call(this, options, kind);
  const { level, strategy } = this._handle.coder;
  this._level = level;
  this._strategy = strategy;
}
inherit(Zlib, ZlibBase);

/** How strongly what is written from now on is compressed. */
Zlib.prototype.params = function params(level, strategy, callback) {
  option({ level }, 'level', constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL, undefined, '');
  option({ strategy }, 'strategy', constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, undefined, '');
  if (this._level === level && this._strategy === strategy) {
    require('node:process').nextTick(callback);
    return;
  }
  this.flush(constants.Z_SYNC_FLUSH, () => {
    if (!this._handle) return;
    this._handle.params(level, strategy);
    if (this.destroyed) return;
    this._level = level;
    this._strategy = strategy;
    callback?.();
  });
};

function Brotli(options, kind) {
  ZlibBase.call(this, options, kind);
}
inherit(Brotli, ZlibBase);

const zlib = {};
for (const [Base, kinds] of [
  [Zlib, deflate.kinds],
  [Brotli, brotli.kinds],
]) {
  for (const [name, kind] of Object.entries(kinds)) {
    const Class = function (options) {
      if (!(this instanceof Class)) return new Class(options);
      Base.call(this, options, kind);
      return undefined;
    };
    Object.defineProperty(Class, 'name', { value: name });
    inherit(Class, Base);
    const method = name[0].toLowerCase() + name.slice(1);
    zlib[name] = Class;
    zlib[`create${name}`] = (options) => new Class(options);
    zlib[method] = (data, options, callback) => {
      if (typeof options === 'function') [options, callback] = [{}, options];
      if (typeof callback !== 'function') throw invalidArgType('callback', 'of type function', callback);
      return codeLater(new Class(options), data, callback);
    };
    zlib[`${method}Sync`] = (data, options) => codeSync(new Class(options), data);
    for (const each of [method, `${method}Sync`]) Object.defineProperty(zlib[each], 'name', { value: each });
  }
}

zlib.crc32 = (data, value = 0) => ops.op_zlib_crc32(value, asBytes(data, 'data'));
for (const name of Object.keys(constants)) {
  Object.defineProperty(constants, name, { writable: false, configurable: false });
}
const fixed = (value) => ({ value, enumerable: true });
Object.defineProperties(zlib, { constants: fixed(constants), codes: fixed(Object.freeze(deflate.codes)) });
for (const name of Object.keys(constants)) {
  if (name.startsWith('Z_') || name.startsWith('ZLIB') || !name.includes('_'))
    Object.defineProperty(zlib, name, { value: constants[name] });
}

module.exports = zlib;
