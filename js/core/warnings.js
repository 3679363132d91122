// What segfn noticed and production would not say; each text once an invocation.
import { ops } from './host.js';

export function warn(text) {
  ops.op_warn(text);
}
