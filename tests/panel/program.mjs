// The built segfn, as the tests start it.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const segfn = process.env.SEGFN ?? join(root, 'target/debug/segfn');

/** The environment of somebody at their own machine: in CI, segfn refuses to write cases and expectations. */
export function environment() {
  const { CI, ...kept } = process.env;
  return kept;
}
