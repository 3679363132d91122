'use strict';

// Node's named channels, on which a package tells its subscribers what it is doing.

const { validateFunction } = require('../internal/node-error.js');

const channels = new Map();

class Channel {
  constructor(name) {
    this.name = name;
    Object.defineProperty(this, '_subscribers', { value: [], writable: true });
  }
  get hasSubscribers() {
    return this._subscribers.length > 0;
  }
  subscribe(subscription) {
    validateFunction(subscription, 'subscription');
    this._subscribers = [...this._subscribers, subscription];
  }
  unsubscribe(subscription) {
    const at = this._subscribers.indexOf(subscription);
    if (at < 0) return false;
    this._subscribers = this._subscribers.filter((_, index) => index !== at);
    return true;
  }
  publish(message) {
    for (const subscriber of this._subscribers) subscriber(message, this.name);
  }
  bindStore() {}
  unbindStore() {
    return false;
  }
  runStores(message, body, receiver, ...args) {
    this.publish(message);
    return Reflect.apply(body, receiver, args);
  }
}

function channel(name) {
  if (!channels.has(name)) channels.set(name, new Channel(name));
  return channels.get(name);
}

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];

class TracingChannel {
  constructor(names) {
    for (const event of EVENTS)
      this[event] = typeof names === 'string' ? channel(`tracing:${names}:${event}`) : names[event];
  }
  get hasSubscribers() {
    return EVENTS.some((event) => this[event].hasSubscribers);
  }
  subscribe(handlers) {
    for (const event of EVENTS) if (handlers[event]) this[event].subscribe(handlers[event]);
  }
  unsubscribe(handlers) {
    return EVENTS.every((event) => !handlers[event] || this[event].unsubscribe(handlers[event]));
  }
  traceSync(body, context = {}, receiver, ...args) {
    this.start.publish(context);
    try {
      context.result = Reflect.apply(body, receiver, args);
      return context.result;
    } catch (error) {
      context.error = error;
      this.error.publish(context);
      throw error;
    } finally {
      this.end.publish(context);
    }
  }
  async tracePromise(body, context = {}, receiver, ...args) {
    this.start.publish(context);
    try {
      const result = Reflect.apply(body, receiver, args);
      this.end.publish(context);
      context.result = await result;
      return context.result;
    } catch (error) {
      context.error = error;
      this.error.publish(context);
      throw error;
    } finally {
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
    }
  }
}

module.exports = {
  Channel,
  channel,
  hasSubscribers: (name) => channels.get(name)?.hasSubscribers ?? false,
  subscribe: (name, subscription) => channel(name).subscribe(subscription),
  unsubscribe: (name, subscription) => channel(name).unsubscribe(subscription),
  tracingChannel: (names) => new TracingChannel(names),
};
