/** A value in JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/** What settings are on the platform. */
export type Settings = { readonly [name: string]: Json };

/** One input: an event, a request for `onRequest`, or `{ events: [...] }` for `onBatch`. */
export type Event = object;

/** One input after the other. A list of them is no batch: that is `{ events: [...] }`. */
export type Events = Iterable<Event> | AsyncIterable<Event>;

/** Files of events, folders of such files, or archives in S3, as on the command line. */
export type Paths = string | readonly string[];

/** Where events come from: paths for the command line, or values for standard input. */
export interface Source {
  paths: readonly string[];
  values?: AsyncIterable<Event> | Iterable<Event>;
  /** Whether there is just one value. */
  single: boolean;
}

export function source(events: Event | Events | Paths | undefined): Source {
  if (events === undefined) return { paths: [], single: false };
  if (typeof events === 'string') return { paths: [events], single: false };
  if (Array.isArray(events) && events.length > 0 && events.every((each) => typeof each === 'string')) {
    return { paths: events as string[], single: false };
  }
  if (typeof events !== 'object' || events === null) {
    throw new TypeError('events are an object, an iterable of objects, or paths');
  }
  const many = Symbol.iterator in events || Symbol.asyncIterator in events;
  return { paths: ['-'], values: many ? (events as Events) : [events], single: !many };
}

/** An input as a line of NDJSON. */
export function line(event: unknown): string {
  if (typeof event !== 'object' || event === null) {
    throw new TypeError(`an event is an object, not ${event === null ? 'null' : typeof event}`);
  }
  return `${JSON.stringify(event)}\n`;
}
