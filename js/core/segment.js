// The `Segment` object (docs/platform.md section 5).
import { warn } from './warnings.js';
import { errorClasses } from './error-classes.js';
import { require } from './bundles.js';

const COMMON = ['userId', 'anonymousId', 'context', 'integrations', 'messageId', 'sentAt', 'timestamp'];

const METHODS = {
  identify: { required: [], fields: ['traits'] },
  track: { required: ['event'], fields: ['event', 'properties'] },
  page: { required: [], fields: ['name', 'properties'] },
  screen: { required: [], fields: ['name', 'properties'] },
  group: { required: ['groupId'], fields: ['groupId', 'traits'] },
  alias: { required: ['previousId'], fields: ['previousId'] },
};

function requireField(message, field) {
  if (message[field] === undefined || message[field] === '') {
    throw new errorClasses.ValidationError(`${field} is required but not defined`);
  }
}

function requireId(message) {
  if (!message.userId && !message.anonymousId) {
    throw new errorClasses.ValidationError('One of userId,anonymousId is required but not defined');
  }
}

function copyCommon(message, out) {
  for (const field of COMMON) {
    if (!message[field]) continue;
    // The platform does this: lodash's merge clones plain objects and arrays and keeps the rest.
    out[field] =
      field === 'context' || field === 'integrations' ? require('lodash').merge({}, message[field]) : message[field];
  }
}

function warnDropped(method, message, known) {
  for (const key of Object.keys(message)) {
    if (message[key] !== undefined && !known.includes(key)) {
      warn(`Segment.${method} drops the field "${key}", here and in production`);
    }
  }
}

function sender(method, { required, fields }) {
  const known = [...fields, ...COMMON];
  return function (message) {
    // A missing argument is a plain TypeError, as in production.
    for (const field of required) requireField(message, field);
    requireId(message);
    const out = { type: method };
    for (const field of fields) {
      if (required.includes(field) || message[field]) out[field] = message[field];
    }
    copyCommon(message, out);
    warnDropped(method, message, known);
    this.events.push(out);
    return out;
  };
}

function set(message) {
  requireField(message, 'collection');
  requireField(message, 'id');
  const out = { collection: message.collection, id: message.id };
  if (message.properties) out.properties = message.properties;
  warnDropped('set', message, ['collection', 'id', 'properties']);
  this.objects.push(out);
  return out;
}

export const Segment = { events: [], objects: [] };
for (const [method, rules] of Object.entries(METHODS)) Segment[method] = sender(method, rules);
Segment.set = set;
