'use strict';

// A request's parameters as the JSON that src/host/aws/params.rs reads.

const AWS = require('aws-sdk');

function plain(shape, value) {
  if (value === null || value === undefined) return undefined;
  switch (shape.type) {
    case 'structure':
      return members(shape, value);
    case 'list':
      return Array.from(value, (item) => plain(shape.member, item) ?? null);
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(shape.value, item)]));
    case 'timestamp':
      return AWS.util.date.from(value).getTime();
    case 'binary':
      return shape.toWireFormat(value);
    default:
      return typeof value === 'object' ? String(value) : value;
  }
}

function members(shape, value) {
  const out = {};
  for (const [name, item] of Object.entries(value)) {
    const member = shape.members[name];
    // A streamed payload goes beside the JSON. Without validation there may be names that are no member's.
    if (member && !member.isStreaming) out[name] = plain(member, item);
  }
  return out;
}

/** The `params` of a request as JSON text; `input` is the shape of what the operation takes. */
exports.toJson = (input, params) => JSON.stringify(members(input, params ?? {}));
