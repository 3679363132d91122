export { setImmediate, clearImmediate } from 'node:timers';
