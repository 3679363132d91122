// Warnings about what production would not mention. Each text is given once an invocation.
import { ops } from './host.js';

export function warn(text) {
  ops.op_warn(text);
}
