// What a person without segfn would write to test a function with Bun: the peer's way of loading it, and a `fetch`
// that answers as the cassette says.
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { expect, mock } = require('bun:test');
const { load } = require('../jest/loader.cjs');

const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** A `fetch` that gives each answer of a cassette once. */
function replay(har) {
  const left = existsSync(har) ? read(har).log.entries : [];
  const fetch = mock(async (url, { method = 'GET', body } = {}) => {
    const asked = ({ request }) =>
      request.method === method && request.url === url && (request.postData?.text ?? undefined) === body;
    const at = left.findIndex(asked);
    if (at < 0) throw new Error(`nothing answers ${method} ${url}`);
    const [{ response }] = left.splice(at, 1);
    const headers = response.headers.map(({ name, value }) => [name, value]);
    return new Response(response.content.text, { status: response.status, headers });
  });
  return { fetch, left };
}

/** Runs the case in a folder of a suite, and compares what came of it. */
exports.runCase = async (suite, name) => {
  const folder = join(suite, 'cases', name);
  const { fetch, left } = replay(join(folder, 'traffic.har'));
  const { onTrack } = load(join(suite, 'function.js'), { fetch });
  const did = { v: 1, handler: 'onTrack', class: 'success' };
  try {
    did.value = await onTrack(read(folder, 'event.json'), read(suite, 'settings.json'));
  } catch (error) {
    did.class = error.name === 'RetryError' ? 'retry' : 'discard';
    did.error = { name: error.name, message: error.message };
  }
  const { exchanges, ...expected } = read(folder, 'expected.json');
  expect(did).toEqual(expected);
  expect(left).toEqual([]);
};
