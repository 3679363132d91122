// The events that the list shows: newest first, as the server filters them, and kept up by its stream.

import { batch, computed, effect, signal } from '@preact/signals';
import { get } from '../api.js';

/** How many events are asked for at once, and how many are kept here. */
const PAGE = 200;
const KEPT = 20_000;
/** How long to wait, in milliseconds, before a filtered list is asked for again because an event came. */
const FILTERED_DELAY = 250;
/** How long rows are gathered before they are shown together, in milliseconds. */
const GATHER = 80;

/** `by` says what `text` is: `text`, anything in an event, or `fql`. */
export const filter = signal({ by: 'text', text: '', function: '', class: '' });
export const filtered = computed(() => filter.value.text + filter.value.function + filter.value.class !== '');

const rows = new Map();
/** What an event is called in the list and in addresses: its id is a number. */
const keyOf = ({ id }) => String(id);
/** The keys of the list's events, newest first. */
export const order = signal([]);
/** The event that the keyboard moves from; it stays while one looks at something else. */
export const cursor = signal(undefined);
/** Grows whenever a row changes. */
export const revision = signal(0);
export const loading = signal(true);
/** What the server says against the filter. */
export const refused = signal(null);
/** What older events are asked for by; `undefined` where there are none. */
let next;
/** Whether nothing has ever arrived, as far as the history goes. */
export const nothingYet = computed(() => order.value.length === 0 && !filtered.value && !loading.value);

/** While paused, the list stands still; `waiting` counts what came meanwhile. */
export const paused = signal(false);
/** The rows that came while the list was paused. */
let held = new Map();
export const waiting = signal(0);

export const rowOf = (key) => rows.get(key);

const parameters = ({ by, text, ...rest }) => ({ ...rest, [by === 'fql' ? 'where' : 'text']: text.trim() });

function replace(events) {
  rows.clear();
  for (const row of events) rows.set(keyOf(row), row);
  batch(() => {
    order.value = events.map(keyOf);
    revision.value += 1;
  });
}

/**
 * A page of events, older than the one with the id `before`. The server looks through so many at a time, and may find
 * few among them that pass the filter: `show` gets what is there so far.
 */
async function pageBefore(before, signal, show) {
  const events = [];
  for (;;) {
    const part = { limit: PAGE - events.length, before, ...parameters(filter.value) };
    const answer = await get('events', part, signal);
    events.push(...answer.events);
    before = answer.next;
    if (before === undefined || events.length >= PAGE) return { events, next: before };
    show?.(events);
  }
}

let asked;
/** Whether the newest events are being asked for, and whether some came meanwhile that only the server can judge. */
let asking = false;
let cameMeanwhile = false;
/** Asks for the newest events that pass the filter. */
export async function reload() {
  asked?.abort();
  const mine = (asked = new AbortController());
  asking = true;
  cameMeanwhile = false;
  try {
    const page = await pageBefore(undefined, mine.signal, (events) => asked === mine && replace(events));
    if (asked !== mine) return;
    replace(page.events);
    next = page.next;
    refused.value = null;
  } catch (error) {
    if (asked === mine) refused.value = error;
  }
  if (asked !== mine) return;
  asking = false;
  loading.value = false;
  if (cameMeanwhile) reloadSoon();
}

let older = false;
/** Adds older events at the end, if there are any. */
export async function loadOlder() {
  if (older || next === undefined || order.value.length >= KEPT) return;
  older = true;
  const last = order.value.at(-1);
  try {
    const page = await pageBefore(next, asked?.signal);
    // The list may be another one by now.
    if (order.value.at(-1) !== last) return;
    for (const row of page.events) rows.set(keyOf(row), row);
    order.value = [...order.value, ...page.events.map(keyOf)];
    next = page.next;
  } catch (error) {
    if (error.name !== 'AbortError') refused.value = error;
  } finally {
    older = false;
  }
}

let delayed;
/** Asks again, once what is asked for is there: a long history takes its time. */
function reloadSoon() {
  cameMeanwhile = asking;
  if (asking) return;
  delayed ??= setTimeout(() => {
    delayed = undefined;
    reload();
  }, FILTERED_DELAY);
}

let arrived = [];

function show() {
  const fresh = new Map();
  for (const row of arrived) {
    const key = keyOf(row);
    if (!rows.has(key)) fresh.set(key, row);
    rows.set(key, row);
  }
  arrived = [];
  batch(() => {
    if (fresh.size > 0) {
      const all = [...[...fresh.keys()].reverse(), ...order.value];
      for (const key of all.slice(KEPT)) rows.delete(key);
      if (all.length > KEPT) next = all[KEPT - 1];
      order.value = all.slice(0, KEPT);
    }
    revision.value += 1;
  });
}

/** Takes a new or changed row from the stream. */
export function receive(row) {
  if (paused.value) {
    const key = keyOf(row);
    if (!rows.has(key) && !held.has(key)) waiting.value += 1;
    held.set(key, row);
    return;
  }
  // Only the server can tell whether a row passes the filter.
  if (filtered.value) {
    reloadSoon();
    return;
  }
  if (arrived.push(row) === 1) setTimeout(show, GATHER);
}

export function togglePause() {
  paused.value = !paused.value;
  if (paused.value) return;
  const came = held;
  held = new Map();
  waiting.value = 0;
  came.forEach(receive);
}

// Another filter, another list.
let first = true;
effect(() => {
  filter.value;
  if (!first) {
    loading.value = true;
    reload();
  }
  first = false;
});
