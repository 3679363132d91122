// What a person without segfn would write to test a function with Jest: the peer's way of loading it
// (peer.cjs), a context of its own for each case, and nock for the traffic.
const fs = require('node:fs');
const vm = require('node:vm');

const handlers = ['onIdentify', 'onTrack', 'onPage', 'onScreen', 'onGroup', 'onAlias', 'onDelete'];

class RetryError extends Error {
  get name() {
    return 'RetryError';
  }
}

/** The function's handlers. `packages` are what the platform gives it. */
exports.load = (file, packages) => {
  const source = fs.readFileSync(file, 'utf8');
  const names = handlers.join(',');
  const copy = handlers.map((name) => `if (typeof ${name} === 'function') out.${name} = ${name};`).join('');
  const globals = { ...packages, RetryError, console, Buffer, URL, setTimeout, clearTimeout };
  const wrapper = vm.runInContext(`(function (out,${names}) {\n${source}\n${copy}\n})`, vm.createContext(globals), {
    filename: file,
    lineOffset: -1,
  });
  const out = {};
  wrapper(out);
  return out;
};

/** Lets nock answer as the cassette says. */
exports.replay = (nock, har) => {
  for (const { request, response } of JSON.parse(fs.readFileSync(har, 'utf8')).log.entries) {
    const url = new URL(request.url);
    const body = request.postData && JSON.parse(request.postData.text);
    nock(url.origin)
      .intercept(url.pathname + url.search, request.method, body)
      .reply(
        response.status,
        response.content.text,
        Object.fromEntries(response.headers.map((h) => [h.name, h.value])),
      );
  }
};
