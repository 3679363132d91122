// A destination function: it gets events from Segment and hands them to your own service.
// https://segment.com/docs/connections/functions/destination-functions/

async function onTrack(event, settings) {
  const response = await fetch(settings.endpoint, {
    method: 'POST',
    headers: { Authorization: `Bearer ${settings.apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ user: event.userId, name: event.event, details: event.properties })
  });
  // Segment tries again later after a RetryError, and gives up after any other.
  if (response.status === 429 || response.status >= 500) {
    throw new RetryError(`the service answered ${response.status}`);
  }
  if (!response.ok) throw new ValidationError(`the service refused the event: ${response.status}`);
}
