// A source function: it gets webhooks and makes Segment's events of them.
// https://segment.com/docs/connections/functions/source-functions/

async function onRequest(request, settings) {
  const { id, type, data } = request.json();
  if (!type) throw new ValidationError('the webhook has no type');
  // payment_intent.succeeded becomes Payment Intent Succeeded.
  const event = _.startCase(type);
  Segment.track({ event, anonymousId: id, properties: _.get(data, 'object', data) });
}
