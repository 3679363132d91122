// What a function sees of the platform: events, settings, and the globals that are Segment's own. The names of types
// are those that the templates of Segment's editor have in their comments.

/** What every event has. */
interface SegmentEventBase {
  messageId?: string;
  timestamp?: string;
  receivedAt?: string;
  sentAt?: string;
  originalTimestamp?: string;
  userId?: string | null;
  anonymousId?: string;
  context?: SegmentContext;
  integrations?: Record<string, any>;
  channel?: string;
  version?: number | string;
  [field: string]: any;
}

interface SegmentContext {
  ip?: string;
  locale?: string;
  userAgent?: string;
  timezone?: string;
  groupId?: string;
  traits?: Record<string, any>;
  page?: { path?: string; referrer?: string; search?: string; title?: string; url?: string };
  campaign?: { name?: string; source?: string; medium?: string; term?: string; content?: string };
  library?: { name?: string; version?: string };
  app?: Record<string, any>;
  device?: Record<string, any>;
  network?: Record<string, any>;
  os?: Record<string, any>;
  screen?: Record<string, any>;
  [field: string]: any;
}

interface SegmentTrackEvent extends SegmentEventBase {
  type: 'track';
  event: string;
  properties?: Record<string, any>;
}
interface SegmentIdentifyEvent extends SegmentEventBase {
  type: 'identify';
  traits?: Record<string, any>;
}
interface SegmentPageEvent extends SegmentEventBase {
  type: 'page';
  name?: string;
  category?: string;
  properties?: Record<string, any>;
}
interface SegmentScreenEvent extends SegmentEventBase {
  type: 'screen';
  name?: string;
  properties?: Record<string, any>;
}
interface SegmentGroupEvent extends SegmentEventBase {
  type: 'group';
  groupId: string;
  traits?: Record<string, any>;
}
interface SegmentAliasEvent extends SegmentEventBase {
  type: 'alias';
  previousId: string;
}
interface SegmentDeleteEvent extends SegmentEventBase {
  type: 'delete';
}
type SegmentEvent = SegmentTrackEvent | SegmentIdentifyEvent | SegmentPageEvent | SegmentScreenEvent | SegmentGroupEvent | SegmentAliasEvent | SegmentDeleteEvent;

/** A function's settings, by their names. */
type FunctionSettings = Record<string, any>;

// Annotate a handler with its type to have its arguments checked:
//   /** @type {OnTrack} */
//   async function onTrack(event, settings) { … }
type OnTrack = (event: SegmentTrackEvent, settings: FunctionSettings) => Promise<any>;
type OnIdentify = (event: SegmentIdentifyEvent, settings: FunctionSettings) => Promise<any>;
type OnPage = (event: SegmentPageEvent, settings: FunctionSettings) => Promise<any>;
type OnScreen = (event: SegmentScreenEvent, settings: FunctionSettings) => Promise<any>;
type OnGroup = (event: SegmentGroupEvent, settings: FunctionSettings) => Promise<any>;
type OnAlias = (event: SegmentAliasEvent, settings: FunctionSettings) => Promise<any>;
type OnDelete = (event: SegmentDeleteEvent, settings: FunctionSettings) => Promise<any>;
type OnBatch = (events: SegmentEvent[], settings: FunctionSettings) => Promise<any>;
type OnRequest = (request: ServerRequest, settings: FunctionSettings) => Promise<any>;

/** The request that a source function gets. */
declare class ServerRequest {
  readonly url: URL;
  readonly headers: { get(name: string): string | null; has(name: string): boolean; forEach(each: (value: string, name: string) => void): void; raw(): Record<string, string[]> };
  /** The parsed body; synchronous, and harmless to await. */
  json(): any;
  /** The body as text; synchronous, and harmless to await. */
  text(): string;
}
type FunctionRequest = ServerRequest;

/** What each message can have besides; one of the ids is required. */
type SegmentMessage = {
  userId?: string | number;
  anonymousId?: string | number;
  context?: SegmentContext;
  integrations?: Record<string, any>;
  messageId?: string;
  timestamp?: string | Date;
  sentAt?: string | Date;
};

/** Sends messages of source functions. */
declare const Segment: {
  track(message: SegmentMessage & { event: string; properties?: Record<string, any> }): object;
  identify(message: SegmentMessage & { traits?: Record<string, any> }): object;
  page(message: SegmentMessage & { name?: string; properties?: Record<string, any> }): object;
  screen(message: SegmentMessage & { name?: string; properties?: Record<string, any> }): object;
  group(message: SegmentMessage & { groupId: string; traits?: Record<string, any> }): object;
  alias(message: SegmentMessage & { previousId: string | number }): object;
  /** Sets an object of a collection. */
  set(object: { collection: string; id: string; properties?: Record<string, any> }): object;
};

/** Values that live as long as the instance. */
declare const cache: {
  /** The value kept under `key`; makes and keeps it where there is none or its time is over. `ttl` is in milliseconds; -1 for ever. */
  load<T>(key: string, ttl: number, make: () => T | Promise<T>): Promise<T>;
  delete(key: string): void;
};

/** The event is tried again later. */
declare class RetryError extends Error {
  constructor(message?: string, ...ignored: any[]);
}
/** This kind of event is not for this function. */
declare class EventNotSupported extends Error {
  constructor(message?: string, ...ignored: any[]);
}
/** The event is not as it has to be. */
declare class InvalidEventPayload extends Error {
  constructor(message?: string, ...ignored: any[]);
}
/** A setting or a value is not as it has to be. */
declare class ValidationError extends Error {
  constructor(message?: string, ...ignored: any[]);
}
/** Insert functions: the event goes no further. */
declare class DropEvent extends Error {
  constructor(message?: string, ...ignored: any[]);
}

declare const console: Record<'log' | 'info' | 'warn' | 'error' | 'debug' | 'dir' | 'trace' | 'table', (...values: any[]) => void>;
declare function setTimeout(callback: (...args: any[]) => void, ms?: number, ...args: any[]): any;
declare function setInterval(callback: (...args: any[]) => void, ms?: number, ...args: any[]): any;
declare function clearTimeout(timer: any): void;
declare function clearInterval(timer: any): void;
declare function atob(base64: string): string;
declare function btoa(text: string): string;
