// What stands for the handlers that a function doesn't define (docs/platform.md section 1).
import { errorClasses } from './error-classes.js';

const EVENTS = ['identify', 'track', 'page', 'screen', 'group', 'alias', 'delete'];

function unsupported(what) {
  return async () => {
    throw new errorClasses.EventNotSupported(`${what} not supported`);
  };
}

const defaultHandlers = { onRequest: unsupported('request'), onBatch: unsupported('batch') };
for (const type of EVENTS) {
  defaultHandlers[`on${type[0].toUpperCase()}${type.slice(1)}`] = unsupported(type);
}

export { defaultHandlers };
