'use strict';

// What packages use to keep the context of a callback. There are no hooks.

const { core } = host;
const { validateFunction } = require('../internal/node-error.js');

class AsyncResource {
  constructor(type) {
    this.type = type;
  }
  runInAsyncScope(body, receiver, ...args) {
    return Reflect.apply(body, receiver, args);
  }
  bind(body, receiver) {
    validateFunction(body, 'fn');
    const resource = this;
    return function (...args) {
      return resource.runInAsyncScope(body, receiver ?? this, ...args);
    };
  }
  emitDestroy() {
    return this;
  }
  asyncId() {
    return 1;
  }
  triggerAsyncId() {
    return 0;
  }
  static bind(body, type, receiver) {
    return new AsyncResource(type ?? body.name).bind(body, receiver);
  }
}

/** Node's AsyncLocalStorage, over V8's own context, which follows promises. */
class AsyncLocalStorage {
  #variable = new core.AsyncVariable();

  run(store, body, ...args) {
    const before = this.#variable.enter(store);
    try {
      return body(...args);
    } finally {
      core.setAsyncContext(before);
    }
  }
  exit(body, ...args) {
    return this.run(undefined, body, ...args);
  }
  enterWith(store) {
    this.#variable.enter(store);
  }
  getStore() {
    return this.#variable.get();
  }
  disable() {
    this.#variable.enter(undefined);
  }
}

module.exports = {
  AsyncLocalStorage,
  AsyncResource,
  createHook: () => ({
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  }),
  executionAsyncId: () => 1,
  triggerAsyncId: () => 0,
  executionAsyncResource: () => ({}),
};
