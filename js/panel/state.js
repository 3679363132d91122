// What the whole page knows of the server.

import { computed, signal } from '@preact/signals';
import { follow, get } from './api.js';
import { receive, reload } from './events/store.js';
import { say } from './parts/notice.jsx';

/** What `GET /api/state` answers. `null` until it has. */
export const state = signal(null);
/** Whether the server's stream is open. `undefined` before it is for the first time. */
export const connected = signal(undefined);
/** Why there is no state, if there is none. */
export const trouble = signal(null);

export const functions = computed(() => state.value?.functions ?? []);
export const faults = computed(() => state.value?.faults ?? []);

const change = (part) => state.value && (state.value = { ...state.value, ...part });
export const setFaults = (faults) => change({ faults });

async function load() {
  try {
    state.value = await get('state');
    trouble.value = null;
  } catch (error) {
    trouble.value = error;
  }
}

/** Loads all and stays connected. What came while there was no connection is loaded when there is one again. */
export function start() {
  load();
  reload();
  follow(
    {
      row: receive,
      functions(functions) {
        change({ functions });
        say('Functions reloaded');
      },
      faults: setFaults,
    },
    (open) => {
      const again = open && connected.value === false;
      connected.value = open;
      if (!again) return;
      load();
      reload();
    },
  );
}
