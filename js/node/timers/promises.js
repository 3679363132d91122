'use strict';

const timers = require('node:timers');

function aborted(signal) {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  error.name = 'AbortError';
  error.code = 'ABORT_ERR';
  return error;
}

function after(start, cancel) {
  return (value, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted(signal));
      const abort = () => {
        cancel(timer);
        reject(aborted(signal));
      };
      const timer = start(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
}

const immediate = after(timers.setImmediate, timers.clearImmediate);

function setTimeout(delay, value, options) {
  return after((callback) => timers.setTimeout(callback, delay), timers.clearTimeout)(value, options);
}

async function* setInterval(delay, value, options) {
  for (;;) yield await setTimeout(delay, value, options);
}

module.exports = {
  setTimeout,
  setInterval,
  setImmediate: (value, options) => immediate(value, options),
  scheduler: { wait: (delay, options) => setTimeout(delay, undefined, options), yield: () => immediate() },
};
