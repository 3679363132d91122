// Describes what a function threw, for the engine to classify (docs/platform.md section 6). This must not throw
// itself, whatever the value is: getters may throw, and prototypes may be poisoned.
import { errorClasses } from './error-classes.js';
import { require } from './bundles.js';
import { primordials } from './host.js';

const { ErrorPrototype, ObjectPrototypeIsPrototypeOf, String, StringPrototypeSlice } = primordials;

const classes = Object.entries(errorClasses);
const MAX_TEXT = 64 * 1024;

function attempt(read, otherwise) {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function text(value) {
  const out = attempt(() => (typeof value === 'string' ? value : String(value)), '');
  return out.length > MAX_TEXT ? `${StringPrototypeSlice(out, 0, MAX_TEXT)}…` : out;
}

/**
 * The platform's class of an error, or "". An instance of the class counts first, then the name, because a bundled
 * library may have a copy of the class, then the error's own cause.
 */
function classOf(error, depth = 0) {
  for (let i = 0; i < classes.length; i++) {
    if (ObjectPrototypeIsPrototypeOf(classes[i][1].prototype, error)) return classes[i][0];
  }
  const name = error.name;
  for (let i = 0; i < classes.length; i++) {
    if (classes[i][0] === name) return name;
  }
  const cause = error.cause;
  return depth === 0 && typeof cause === 'object' && cause !== null ? classOf(cause, 1) : '';
}

function isError(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    (ObjectPrototypeIsPrototypeOf(ErrorPrototype, value) ||
      (typeof value.message === 'string' && typeof value.stack === 'string'))
  );
}

/** A thrown value as [the platform's class or "", name, message, stack]. */
export function describeThrown(thrown) {
  if (!attempt(() => isError(thrown), false)) {
    const shown = attempt(() => require('node:util').inspect(thrown), '') || text(thrown);
    const platform = typeof thrown === 'object' && thrown !== null ? attempt(() => classOf(thrown), '') : '';
    return [platform, 'Error', `a value that is not an Error was thrown: ${text(shown)}`, ''];
  }
  return [
    attempt(() => classOf(thrown), ''),
    text(attempt(() => thrown.name, '')) || 'Error',
    text(attempt(() => thrown.message, '')),
    text(attempt(() => thrown.stack, '')),
  ];
}
