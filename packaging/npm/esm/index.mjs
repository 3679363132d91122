export { CaseError, OpenFunction, Results, SegfnError, binary, cases, diff, open, run, test } from './index.js';
