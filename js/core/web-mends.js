// Where deno_web's classes behave otherwise than Node 20's.
import { primordials } from './host.js';

const { ArrayBufferPrototypeTransfer, FunctionPrototypeCall, RangeError, String, SymbolIterator, TypeError } =
  primordials;

function coded(Class, code, message) {
  const error = new Class(message);
  error.code = code;
  return error;
}

/** `fn` with the name and the length of another function. */
const as = (name, length, fn) =>
  Object.defineProperties(fn, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  });

/** structuredClone, which also takes away what is transferred. */
function structuredClone(clone) {
  return as('structuredClone', 0, function (value, options) {
    if (arguments.length === 0) throw coded(TypeError, 'ERR_MISSING_ARGS', 'The value argument must be specified');
    const refused = (message) => coded(TypeError, 'ERR_INVALID_ARG_TYPE', message);
    if (options !== undefined && typeof options !== 'object') {
      throw refused('The options argument must be either an object or undefined');
    }
    const list = options?.transfer;
    if (list === undefined || list === null) return clone(value);
    if (typeof list !== 'object' || typeof list[SymbolIterator] !== 'function') {
      throw refused('Optional transferList argument must be an iterable');
    }
    const buffers = [];
    for (const each of list) {
      if (buffers.includes(each)) throw notCloned('ArrayBuffer occurs in the transfer list more than once');
      buffers.push(each);
    }
    const made = clone(value);
    for (const buffer of buffers) {
      try {
        ArrayBufferPrototypeTransfer(buffer, 0);
      } catch {
        throw notCloned('Found invalid object in transferList');
      }
    }
    return made;
  });
}

let DOMException;
const notCloned = (message) => new DOMException(message, 'DataCloneError');

const aborted = () => new DOMException('This operation was aborted', 'AbortError');

function abortController(AbortController) {
  const { prototype } = AbortController;
  const { abort } = prototype;
  prototype.abort = as('abort', 0, function (reason) {
    return FunctionPrototypeCall(abort, this, reason === undefined ? aborted() : reason);
  });
  return AbortController;
}

function abortSignal(AbortSignal) {
  const { abort } = AbortSignal;
  AbortSignal.abort = as('abort', 0, (reason) => {
    return FunctionPrototypeCall(abort, AbortSignal, reason === undefined ? aborted() : reason);
  });
  return AbortSignal;
}

/** TextDecoder, with Node's errors, and Latin-1 as Node reads it: each byte is the character of its number. */
function textDecoder(WebDecoder) {
  const { prototype } = WebDecoder;
  const { decode } = prototype;
  prototype.decode = as('decode', 0, function (input, options) {
    const { encoding } = this;
    if (encoding === 'windows-1252' && !options?.stream && input !== undefined) {
      const bytes = ArrayBuffer.isView(input)
        ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
        : new Uint8Array(input);
      let text = '';
      for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
      return text;
    }
    try {
      return FunctionPrototypeCall(decode, this, input, options);
    } catch (error) {
      if (error?.message !== 'The encoded data is not valid') throw error;
      const message = `The encoded data was not valid for encoding ${encoding}`;
      throw coded(TypeError, 'ERR_ENCODING_INVALID_ENCODED_DATA', message);
    }
  });
  const TextDecoder = new Proxy(WebDecoder, {
    construct(target, args, newTarget) {
      try {
        return Reflect.construct(target, args, newTarget);
      } catch (error) {
        if (error?.code !== 'ERR_ENCODING_NOT_SUPPORTED') throw error;
        throw coded(RangeError, error.code, `The "${args[0]}" encoding is not supported`);
      }
    },
  });
  prototype.constructor = TextDecoder;
  return TextDecoder;
}

/** ReadableStream, whose `from` takes a text as Node's does: character by character. */
function readableStream(ReadableStream) {
  const { from } = ReadableStream;
  ReadableStream.from = as('from', 1, (source) => {
    return FunctionPrototypeCall(from, ReadableStream, typeof source === 'string' ? Object(source) : source);
  });
  return ReadableStream;
}

const mends = {
  __proto__: null,
  structuredClone,
  ReadableStream: readableStream,
  AbortController: abortController,
  AbortSignal: abortSignal,
  TextDecoder: textDecoder,
};

/** The value of the global `name`, as Node 20 has it. `exception` is DOMException. */
export function mended(name, value, exception) {
  const mend = mends[name];
  if (mend === undefined) return value;
  DOMException ??= exception();
  return mend(value);
}
