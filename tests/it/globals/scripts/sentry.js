const sentry = sentrylib.sentry;
console.log(Object.keys(sentry).filter((name) => name !== 'sentry').length);
const { host } = new URL(settings.vendor);
const client = sentry.init({
  dsn: `http://key@${host}/7`,
  release: 'r1',
  environment: 'test',
  serverName: 'here',
  sendClientReports: false,
  defaultIntegrations: false,
  // What is of the machine and of the files stays out.
  beforeSend(event) {
    for (const { stacktrace } of event.exception?.values ?? []) stacktrace?.frames?.splice(0);
    delete event.contexts;
    event.timestamp = 1767323045;
    event.event_id = '0'.repeat(32);
    return event;
  },
});
console.log(client.getDsn().projectId, client.getOptions().release, sentry.isInitialized());
sentry.setTag('kind', 'source insert');
sentry.setUser({ id: 'u1' });
sentry.addBreadcrumb({ category: 'step', message: 'began', timestamp: 1767323040 });
const fail = (message) => {
  try {
    throw new TypeError(message);
  } catch (error) {
    return sentry.captureException(error, { extra: { event: 'Order Completed' } });
  }
};
console.log(typeof fail('broken order'));
sentry.withScope((scope) => {
  scope.setLevel('warning');
  scope.setContext('order', { id: 7 });
  sentry.captureMessage('odd order');
});
console.log(sentry.startSpan({ name: 'work' }, (span) => span.isRecording()), sentry.getActiveSpan());
console.log(await sentry.flush(5000), await sentry.close(5000));
