// Destination insert function: adds what the destination needs to an order, and keeps tests out.

const RATES = { EUR: 1.08, GBP: 1.27, USD: 1 };

async function onTrack(event, settings) {
  if (_.get(event, 'context.ip') === settings.officeIp) throw new DropEvent('made in the office');
  if (event.event === 'Order Completed') {
    const { total, currency } = event.properties;
    const rate = RATES[currency];
    if (rate === undefined) throw new ValidationError(`no rate for ${currency}`);
    event.properties.total_usd = _.round(total * rate, 2);
    event.properties.order_hash = crypto
      .createHash('sha256')
      .update(event.properties.order_id)
      .digest('hex');
  }
  return event;
}

async function onIdentify(event) {
  event.traits.email_domain = event.traits.email.split('@')[1];
  return event;
}

async function onBatch(events, settings) {
  const kept = await Promise.all(
    events.map(async event => {
      try {
        return event.type === 'track' ? await onTrack(event, settings) : event;
      } catch (error) {
        if (error instanceof DropEvent) return null;
        throw error;
      }
    })
  );
  return kept.filter(event => event !== null);
}
