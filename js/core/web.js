// The web's classes from deno_web. Their errors, and the way they are printed, are Node's and not Deno's.
import { core } from './host.js';
import { require } from './bundles.js';
import { completePerformance } from './performance.js';
import { mended } from './web-mends.js';

const denoInspect = Symbol.for('Deno.privateCustomInspect');
const nodeInspect = Symbol.for('nodejs.util.inspect.custom');

// The errors of deno_web's ops that are not JavaScript's own. deno_core doesn't know them, and would throw
// `undefined`.
const DOM_ERRORS = [
  'AbortError',
  'DataCloneError',
  'IndexSizeError',
  'InvalidCharacterError',
  'InvalidStateError',
  'NetworkError',
  'NotFoundError',
  'NotSupportedError',
  'OperationError',
  'QuotaExceededError',
  'SyntaxError',
  'TimeoutError',
];

export function registerDomErrors() {
  for (const name of DOM_ERRORS) {
    core.registerErrorBuilder(`DOMException${name}`, (message) => {
      const { DOMException } = require('ext:deno_web/01_dom_exception.js');
      return new DOMException(message, name);
    });
  }
}

/** The export `name` of deno_web's script `file`. */
export function web(file, name) {
  const script = require(`ext:deno_web/${file}.js`);
  // `performance` has to be told to read the time of its beginning.
  script.setTimeOrigin?.();
  const value = script[name];
  if (name === 'performance') completePerformance(value);
  const prototype = value.prototype;
  if (prototype?.[denoInspect] !== undefined && !Object.hasOwn(prototype, nodeInspect)) {
    Object.defineProperty(prototype, nodeInspect, {
      value(_depth, options, inspect) {
        return this[denoInspect](inspect, options);
      },
      writable: true,
      configurable: true,
    });
  }
  return mended(name, value, () => require('ext:deno_web/01_dom_exception.js').DOMException);
}
