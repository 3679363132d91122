// Destination function: tells a Slack channel about large orders, with batches in one message.

function line(event) {
  const { order_id, total, currency } = event.properties;
  return `Order ${order_id} by ${event.userId}: ${total} ${currency}`;
}

function isLarge(event, settings) {
  return event.event === 'Order Completed' && event.properties.total >= Number(settings.threshold);
}

async function post(text, settings) {
  const response = await fetch(settings.webhookUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text })
  });
  if (response.status === 429 || response.status >= 500) {
    throw new RetryError(`Slack answered ${response.status}`);
  }
  if (!response.ok) throw new Error(`Slack refused the message: ${response.status}`);
}

async function onTrack(event, settings) {
  if (!event.properties) throw new InvalidEventPayload('the event has no properties');
  if (isLarge(event, settings)) await post(line(event), settings);
}

async function onBatch(events, settings) {
  const results = events.map(event =>
    event.properties ? { status: 200 } : { status: 400, errormessage: 'the event has no properties' }
  );
  const large = events.filter(event => event.properties && isLarge(event, settings));
  if (large.length > 0) await post(large.map(line).join('\n'), settings);
  return results;
}
