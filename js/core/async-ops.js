// How ops that take time are called, and how their promises are settled. deno_core's own way to do it goes through
// `Function.prototype.call` and `Promise.prototype.then`, which a function may replace: it would be handed the op.
const {
  ErrorCaptureStackTrace,
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeHas,
  MapPrototypeSet,
  Promise,
  PromisePrototypeThen,
  PromiseReject,
  PromiseResolve,
  SafeMap,
} = globalThis.__bootstrap.primordials;

const { ops } = globalThis.Deno.core;

/** The most arguments that an op has. */
const MOST = 6;

// What settles a promise, by the number that deno_core gives the result under.
const pending = new SafeMap();
let last = 0;

/** The number of the op that was called last. */
export const lastOp = () => last;

/** Whether the invocation waits for the op of this number, as it does by itself. */
export function refOp(id) {
  if (MapPrototypeHas(pending, id)) ops.op_ref_op(id);
}
export function unrefOp(id) {
  // deno_core counts these, so that it must be one that is not done.
  if (MapPrototypeHas(pending, id)) ops.op_unref_op(id);
}

/** The function that calls `op`, and gives a promise of its result. deno_core calls this for each such op. */
export function setUpAsyncStub(name, op) {
  if (op.length > MOST + 1) throw new Error(`${name} has too many arguments`);
  return (a, b, c, d, e, f) => {
    // deno_core's numbers have 31 bits.
    const id = (last = (last + 1) & 0x7fffffff);
    let result;
    try {
      result = op(id, a, b, c, d, e, f);
    } catch (error) {
      return PromiseReject(error);
    }
    if (result !== undefined) return PromiseResolve(result);
    const promise = new Promise((resolve, reject) => {
      MapPrototypeSet(pending, id, { __proto__: null, resolve, reject });
    });
    return PromisePrototypeThen(promise, undefined, rejected);
  };
}

/** Gives an error of Rust the stack of what awaits it. */
function rejected(error) {
  if (typeof error === 'object' && error !== null) ErrorCaptureStackTrace(error, rejected);
  throw error;
}

/** Settles promises. deno_core calls this with a number, whether it went well, and a result, over and over. */
export function eventLoopTick() {
  for (let i = 0; i < arguments.length; i += 3) {
    const { resolve, reject } = MapPrototypeGet(pending, arguments[i]);
    MapPrototypeDelete(pending, arguments[i]);
    if (arguments[i + 1]) resolve(arguments[i + 2]);
    else reject(arguments[i + 2]);
  }
}
