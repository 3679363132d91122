// What is being written in the view Run. It stays while one looks at other views.

import { signal } from '@preact/signals';
import { get } from '../api.js';

export const EMPTY = `{
  "type": "track",
  "event": "Order Completed",
  "userId": "u-1",
  "properties": {
    "total": 42.5
  }
}
`;

export const chosen = signal({ function: '', handler: '' });
export const input = signal(EMPTY);
/** Settings for this run, as text. `null` as long as nobody has touched them. */
export const settings = signal(null);

export const pretty = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Takes an event of the history, or a sample, for the input. */
export async function take(kind, name) {
  const answer = await get(`${kind}/${encodeURIComponent(name)}`);
  input.value = pretty(kind === 'events' ? answer.raw : answer);
}

/** Makes a batch of an event, or one event of a batch. */
export function toggleBatch() {
  const value = JSON.parse(input.value);
  input.value = pretty(Array.isArray(value) ? (value[0] ?? {}) : [value]);
}

/** The text as JSON, or an error that says which text is wrong. */
export function parsed(text, what) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`the ${what} is not JSON: ${error.message}`);
  }
}

/** The settings that `text` changes: what stays as it is keeps its secrets. */
export function overrides(text, current = {}) {
  if (text === null) return undefined;
  const given = parsed(text, 'settings');
  const changed = Object.entries(given).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(current[key]),
  );
  return Object.fromEntries(changed);
}
