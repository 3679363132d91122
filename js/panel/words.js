// The words, signs and numbers that a person reads.

/** What can become of an event at a function: a sign that needs no colour, and how many of them are told. */
export const CLASSES = {
  success: { sign: '✓', past: 'succeeded' },
  retry: { sign: '↻', past: 'to be retried' },
  discard: { sign: '✕', past: 'discarded' },
  filtered: { sign: '⊘', past: 'filtered' },
  skipped: { sign: '–', past: 'skipped' },
  dropped: { sign: '⇥', past: 'dropped' },
  pending: { sign: '…', past: 'pending' },
};

export const KINDS = {
  source: 'source',
  destination: 'destination',
  'insert-source': 'source insert',
  'insert-destination': 'destination insert',
};

/** Milliseconds as a person writes them. */
export function duration(ms) {
  if (ms === undefined || ms === null) return '';
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

export const count = (number) => number.toLocaleString('en');

/** `1 event`, `2 events`. */
export const counted = (number, word) => `${count(number)} ${word}${number === 1 ? '' : 's'}`;

const two = (number, digits = 2) => String(number).padStart(digits, '0');

/** The time of day, in the time zone of who looks. */
export function clock(time, withMillis = false) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time ?? '');
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return withMillis ? `${seconds}.${two(date.getMilliseconds(), 3)}` : seconds;
}

/** How long it is until `time`, for a retry. */
export function until(time) {
  const ms = new Date(time).getTime() - Date.now();
  return ms <= 0 ? 'now' : `in ${ms < 1000 ? '1 s' : duration(Math.round(ms / 1000) * 1000)}`;
}

/** What an event is called in one line. */
export const eventName = (row) => row.event || row.userId || row.anonymousId || '';
