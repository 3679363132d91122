// Source insert function: no e-mail address gets into the workspace.

const EMAIL = /[^\s@"]+@[^\s@"]+\.[^\s@"]+/g;

function redact(value) {
  if (typeof value === 'string') return value.replace(EMAIL, '[e-mail]');
  if (Array.isArray(value)) return value.map(redact);
  if (_.isPlainObject(value)) return _.mapValues(value, redact);
  return value;
}

async function onTrack(event) {
  event.properties = redact(event.properties);
  return event;
}

async function onIdentify(event) {
  event.traits = redact(event.traits);
  return event;
}
