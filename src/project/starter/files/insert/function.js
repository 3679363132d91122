// An insert function: it changes events, or drops them, before they go on.
// https://segment.com/docs/connections/functions/insert-functions/

async function onTrack(event, settings) {
  const email = _.get(event, 'properties.email', '');
  if (email.endsWith(settings.testDomain)) throw new DropEvent('the event is of a test');
  // The address itself doesn't go on.
  if (email) event.properties.email = crypto.createHash('sha256').update(email).digest('hex');
  return event;
}

async function onIdentify(event) {
  return event;
}
