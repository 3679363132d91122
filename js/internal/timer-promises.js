'use strict';

const { abortError } = require('./node-error.js');

function after(start, cancel) {
  return (value, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const abort = () => {
        cancel(timer);
        reject(abortError(signal));
      };
      const timer = start(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
}

/** The module `timers/promises`, over the functions of the module `timers`. */
module.exports = function timerPromises(timers) {
  const immediate = after(timers.setImmediate, timers.clearImmediate);

  function setTimeout(delay, value, options) {
    return after((callback) => timers.setTimeout(callback, delay), timers.clearTimeout)(value, options);
  }

  async function* setInterval(delay, value, options) {
    for (;;) yield await setTimeout(delay, value, options);
  }

  return {
    setTimeout,
    setInterval,
    setImmediate: (value, options) => immediate(value, options),
    scheduler: { wait: (delay, options) => setTimeout(delay, undefined, options), yield: () => immediate() },
  };
};
