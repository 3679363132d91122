const { existsSync, readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const suite = process.env.SUITE;
const settings = JSON.parse(readFileSync(join(suite, 'settings.json'), 'utf8'));
const read = (name, file) => JSON.parse(readFileSync(join(suite, 'cases', name, file), 'utf8'));

if (process.env.FRESH) beforeEach(() => jest.resetModules());

test.each(readdirSync(join(suite, 'cases')))('%s', async (name) => {
  const { load, replay } = require('./loader.cjs');
  const nock = require('nock');
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
  const packages = { fetch: require('node-fetch'), _: require('lodash') };
  if (process.env.FRESH === 'all') packages.AWS = require('aws-sdk');
  const har = join(suite, 'cases', name, 'traffic.har');
  if (existsSync(har)) replay(nock, har);
  const { onTrack } = load(join(suite, 'function.js'), packages);
  const did = { v: 1, handler: 'onTrack', class: 'success' };
  try {
    did.value = await onTrack(read(name, 'event.json'), { ...settings });
  } catch (error) {
    did.class = error.name === 'RetryError' ? 'retry' : 'discard';
    did.error = { name: error.name, message: error.message };
  }
  const { exchanges, ...expected } = read(name, 'expected.json');
  expect(did).toEqual(expected);
  expect(nock.isDone()).toBe(true);
  nock.cleanAll();
  nock.restore();
});
