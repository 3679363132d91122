import { signal } from '@preact/signals';

/** The version that functions are compared with: the one that was chosen last. */
export const base = signal('git:HEAD');
