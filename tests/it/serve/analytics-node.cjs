// Every call of @segment/analytics-node, to the server at argv[2]; the package lies in argv[3].
const { Analytics } = require(require.resolve('@segment/analytics-node', { paths: [process.argv[3]] }));

const analytics = new Analytics({ writeKey: 'KEY', host: process.argv[2], flushAt: 4 });
analytics.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});
const userId = 'u-1';
analytics.identify({ userId, traits: { email: 'ada@example.com' } });
for (let number = 0; number < 10; number += 1) analytics.track({ userId, event: 'Signed Up', properties: { number } });
analytics.page({ userId, name: 'Home' });
analytics.screen({ userId, name: 'Start' });
analytics.group({ userId, groupId: 'g-1' });
analytics.alias({ userId, previousId: 'before' });
analytics.closeAndFlush().then(() => console.log('sent'));
