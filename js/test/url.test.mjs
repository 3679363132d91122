import assert from 'node:assert/strict';
import nodePath from 'node:path';
import nodeQuerystring from 'node:querystring';
import { test } from 'node:test';
import nodeUrl from 'node:url';
import { load, outcome } from '../testing/load.mjs';

const url = load('url');
const querystring = load('querystring');

const urls = [
  'http://user:pass@sub.example.com:8080/p/a/t/h?query=string&a=1#hash',
  'https://example.com',
  'HTTP://EXAMPLE.com/A?b',
  '//host/path',
  '/path?x=1',
  'path',
  '',
  '?a=b',
  '#h',
  'mailto:a@b.c',
  'http://[::1]:80/x',
  'http://example.com/a b',
  'http://a@b@c/',
  'http://ex ample/',
  'javascript:alert(1)',
  'http://example.com:abc/',
  'https://ñandú.es/é',
  'http://x/y;z',
  'file:///etc/passwd',
  'http://example.com\\path',
  'http://h/?a=1&a=2&b',
];

test("url.parse splits as Node's", () => {
  for (const text of urls) {
    const parts = (module) => outcome(() => ({ ...module.parse(text), query: module.parse(text).query }));
    assert.deepEqual(parts(url), parts(nodeUrl), text);
    assert.deepEqual(
      outcome(() => ({ ...url.parse(text, true).query })),
      outcome(() => ({ ...nodeUrl.parse(text, true).query })),
      text,
    );
    assert.deepEqual(
      outcome(() => url.format(url.parse(text))),
      outcome(() => nodeUrl.format(nodeUrl.parse(text))),
      text,
    );
  }
  for (const value of [5, undefined, null, {}])
    assert.deepEqual(
      outcome(() => url.parse(value)),
      outcome(() => nodeUrl.parse(value)),
    );
});

test('url.resolve and format agree with Node', () => {
  for (const [from, to] of [
    ['http://a/b/c', '../d'],
    ['http://a/b/c', '//x/y'],
    ['http://a/b', '?q'],
    ['/one/two', 'three'],
    ['http://a/b', 'https://c'],
    ['http://a/b#c', '#d'],
    ['http://a/b', ''],
  ]) {
    assert.equal(url.resolve(from, to), nodeUrl.resolve(from, to), `${from} ${to}`);
  }
  for (const parts of [
    { protocol: 'http', host: 'a.b', pathname: 'x', query: { a: [1, 2], b: 'é' } },
    { hostname: 'h', port: 8, search: '?x' },
    { pathname: '/a#b?c' },
  ]) {
    assert.equal(url.format(parts), nodeUrl.format(parts));
  }
  const whatwg = new URL('http://u:p@xn--espaa-rta.com/a?b#c');
  assert.equal(
    url.format(whatwg, { auth: false, fragment: false, unicode: true }),
    nodeUrl.format(whatwg, { auth: false, fragment: false, unicode: true }),
  );
  assert.deepEqual({ ...url.urlToHttpOptions(whatwg) }, { ...nodeUrl.urlToHttpOptions(whatwg) });
});

test('file URLs agree with Node', () => {
  for (const path of ['/a b/c%d', '/x/', '/'])
    assert.equal(url.pathToFileURL(path).href, nodeUrl.pathToFileURL(path).href);
  for (const file of ['file:///a%20b', 'http://x', 'file://h/x', 'file:///a%2Fb', 5])
    assert.deepEqual(
      outcome(() => url.fileURLToPath(file)),
      outcome(() => nodeUrl.fileURLToPath(file)),
      String(file),
    );
});

test('querystring agrees with Node', () => {
  const texts = [
    'a=1&b=2',
    'a=1&a=2&a=3',
    'a',
    '=b',
    'a=b=c',
    '&&a=1&',
    'a+b=c+d',
    '%E4%BD%A0=%zz',
    'a=%',
    'x=%E0%A4%A',
    '__proto__=1',
    'a[]=1&a[]=2',
    '',
    'é=ü',
  ];
  for (const text of texts) assert.deepEqual({ ...querystring.parse(text) }, { ...nodeQuerystring.parse(text) }, text);
  assert.deepEqual({ ...querystring.parse('a:1;b:2', ';', ':') }, { ...nodeQuerystring.parse('a:1;b:2', ';', ':') });
  assert.deepEqual(
    { ...querystring.parse('a=1&b=2&c=3', null, null, { maxKeys: 2 }) },
    { ...nodeQuerystring.parse('a=1&b=2&c=3', null, null, { maxKeys: 2 }) },
  );
  for (const value of [
    { a: 1, b: [1, 'x'], c: true, d: null, e: undefined, f: NaN, g: {}, h: 5n, 'i j': 'é &' },
    {},
    null,
    'x',
    [1, 2],
    { a: [] },
  ]) {
    assert.equal(querystring.stringify(value), nodeQuerystring.stringify(value));
  }
  assert.equal(querystring.escape("a b!'()*~é"), nodeQuerystring.escape("a b!'()*~é"));
  assert.deepEqual(
    outcome(() => querystring.escape('\ud800')),
    outcome(() => nodeQuerystring.escape('\ud800')),
  );
  assert.equal(querystring.unescape('%41%zz'), nodeQuerystring.unescape('%41%zz'));
});

test('path agrees with Node', () => {
  const path = load('path');
  for (const text of ['/a/b.c', 'a', '', '/', 'a/../b', './x/', '/a//b', '.bashrc', 'x.tar.gz']) {
    for (const method of ['basename', 'dirname', 'extname', 'normalize', 'isAbsolute'])
      assert.equal(path[method](text), nodePath[method](text), `${method} ${text}`);
    assert.deepEqual(path.parse(text), nodePath.parse(text));
  }
  assert.equal(path.join('a', '..', '/b'), nodePath.join('a', '..', '/b'));
  assert.equal(path.relative('/a/b', '/a/c/d'), nodePath.relative('/a/b', '/a/c/d'));
});
