// The web's classes from deno_web. Their errors, and the way they are printed, are Node's and not Deno's.
import { core } from './host.js';
import { loadScript } from './bundles.js';

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
      const { DOMException } = loadScript('ext:deno_web/01_dom_exception.js');
      return new DOMException(message, name);
    });
  }
}

/** The export `name` of deno_web's script `file`. */
export function web(file, name) {
  const script = loadScript(`ext:deno_web/${file}.js`);
  // `performance` has to be told to read the time of its beginning.
  script.setTimeOrigin?.();
  const value = script[name];
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
  return value;
}

const URL_FIELDS = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'searchParams',
  'hash',
];

/** URL, with errors that carry Node's code, by which functions recognise an invalid URL. */
export function makeURL() {
  const WebURL = web('00_url', 'URL');
  const URL = new Proxy(WebURL, {
    construct(target, args, newTarget) {
      try {
        return Reflect.construct(target, args, newTarget);
      } catch (error) {
        throw args.length === 0 ? missing('url') : invalid(error, args);
      }
    },
  });
  WebURL.prototype.constructor = URL;
  const href = Object.getOwnPropertyDescriptor(WebURL.prototype, 'href');
  Object.defineProperty(WebURL.prototype, 'href', {
    ...href,
    set(value) {
      try {
        Reflect.apply(href.set, this, [value]);
      } catch (error) {
        throw invalid(error, [value]);
      }
    },
  });
  WebURL.prototype[nodeInspect] = function (depth, options, inspect) {
    if (typeof depth === 'number' && depth < 0) return '[Object]';
    const shown = Object.fromEntries(URL_FIELDS.map((field) => [field, this[field]]));
    return `${this.constructor.name} ${inspect(shown, options)}`;
  };
  return URL;
}

/** URLSearchParams as in Node: it takes null for nothing, and is printed on one line if that is short enough. */
export function makeURLSearchParams() {
  const WebParams = web('00_url', 'URLSearchParams');
  const URLSearchParams = new Proxy(WebParams, {
    construct: (target, [init], newTarget) => Reflect.construct(target, [init ?? undefined], newTarget),
  });
  WebParams.prototype.constructor = URLSearchParams;
  WebParams.prototype[nodeInspect] = function (depth, options, inspect) {
    if (typeof depth === 'number' && depth < 0) return '[Object]';
    const { name } = this.constructor;
    const pairs = [...this].map(([key, value]) => `${inspect(key, options)} => ${inspect(value, options)}`);
    if (pairs.length === 0) return `${name} {}`;
    const line = pairs.join(', ');
    return line.length > options.breakLength ? `${name} {\n  ${pairs.join(',\n  ')} }` : `${name} { ${line} }`;
  };
  return URLSearchParams;
}

function invalid(error, [input, base]) {
  if (!String(error?.message).startsWith('Invalid URL')) return error;
  const fields = { code: 'ERR_INVALID_URL', input: String(input) };
  if (base !== undefined) fields.base = String(base);
  return Object.assign(new TypeError('Invalid URL'), fields);
}

function missing(name) {
  const error = new TypeError(`The "${name}" argument must be specified`);
  error.code = 'ERR_MISSING_ARGS';
  return error;
}
