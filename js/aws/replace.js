'use strict';

/**
 * Replaces one of the package's own listeners by what `make` returns for it. Listeners show wherever a request is
 * printed, so there must be neither one more nor one less.
 */
module.exports = function replace(listeners, name, event, make) {
  const theirs = listeners[name];
  const ours = make(theirs);
  Object.defineProperty(ours, 'name', { value: theirs.name });
  if (theirs._isAsync) ours._isAsync = true;
  listeners[name] = ours;
  const list = listeners._events[event];
  list[list.indexOf(theirs)] = ours;
};
