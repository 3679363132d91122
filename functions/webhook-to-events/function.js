// Source function: turns the webhooks of a payment provider into events and objects.

function checkSignature(request, settings) {
  const expected = crypto
    .createHmac('sha256', settings.signingSecret)
    .update(request.text())
    .digest('hex');
  const given = request.headers.get('X-Signature') || '';
  const same =
    given.length === expected.length &&
    crypto.timingSafeEqual(Buffer.from(given), Buffer.from(expected));
  if (!same) throw new ValidationError('the signature is wrong');
}

async function onRequest(request, settings) {
  checkSignature(request, settings);
  const body = request.json();
  switch (body.type) {
    case 'payment.succeeded':
      Segment.track({
        event: 'Payment Succeeded',
        userId: body.data.customer,
        timestamp: body.created,
        properties: { amount: body.data.amount, currency: body.data.currency }
      });
      Segment.set({
        collection: 'payments',
        id: body.data.id,
        properties: { amount: body.data.amount, customer: body.data.customer }
      });
      break;
    case 'customer.updated':
      Segment.identify({ userId: body.data.id, traits: { email: body.data.email } });
      break;
    default:
      throw new EventNotSupported(`${body.type} is not supported`);
  }
}
