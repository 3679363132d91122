'use strict';

// URLs, by the web's classes and by Node's first parser: texts that are put together from odd parts.

const PROTOCOLS = [
  'http:',
  'https:',
  'HTTP:',
  'file:',
  'ftp:',
  'javascript:',
  'mailto:',
  'ws:',
  'x:',
  'blob:https:',
  '',
];
const SLASHES = ['', '/', '//', '///', '\\\\', '////'];
const USERS = ['', 'u:p@', 'user@', 'a@b@', 'u%40x:y@', 'é@', '%@'];
const HOSTS = [
  ...[
    '',
    'a',
    'example.com',
    'EX.com',
    '[::1]',
    '[fe80::1%25]',
    'ex ample',
    'ñ.es',
    'fail℀fail.com',
    'a_b',
    '127.1',
    '*',
  ],
  ...[
    'a;b',
    `${'a'.repeat(300)}`,
    'a\tb',
    "b'c",
    'a%b',
    'a%41',
    'a^b',
    '[::1',
    'xn--a',
    '..',
    'ß.de',
    '0x7f',
    '256.1.1.1',
    'C|',
  ],
];
const PORTS = ['', '', ':80', ':', ':abc', ':65536'];
const PATHS = [
  ...[
    '',
    '/',
    '/p',
    '/p/q/',
    '/../x',
    '/./',
    '..',
    '../..',
    '/a b',
    '/a\\b',
    'p',
    './g',
    '/a;b',
    '//',
    '/a//b',
    "/a'b",
    '/C:/x',
  ],
  ...['/{x}', '\tq', '/.//p', '/%2e%2e/x', '/%zz'],
];
const QUERIES = ['', '?', '?q', '?a=1&b=%20', '?x#', '?a=b?c', "?'", '?é', '?a=\\'];
const HASHES = ['', '', '#', '#h', '#a?b', '# x', '#`'];
const PARTS = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
const VALUES = [
  '',
  'x',
  'https:',
  'https',
  'a:8',
  '//b',
  '/.//p',
  '..',
  '?q',
  '#h',
  'é',
  '80',
  '99999',
  '[::1]',
  'a b',
  'http://y/',
];

/** The same numbers each time. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const attempt = (body) => {
  try {
    return body();
  } catch (error) {
    return { name: error.name, message: error.message, code: error.code, input: error.input, base: error.base };
  }
};

exports.rows = (require) => {
  const legacy = require('url');
  const { URL, URLSearchParams } = legacy;
  const { inspect } = require('util');
  const rows = {};
  const add = (name, body) => {
    rows[name] = attempt(body) ?? 'undefined';
  };
  const random = numbers(4);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const make = () => [PROTOCOLS, SLASHES, USERS, HOSTS, PORTS, PATHS, QUERIES, HASHES].map(pick).join('');
  const fields = (url) => PARTS.map((name) => url[name]).concat(url.origin);
  const plain = (url) => ({
    ...url,
    query: url.query !== null && typeof url.query === 'object' ? { ...url.query } : url.query,
  });
  for (let i = 0; i < 1500; i++) {
    const [one, other] = [make(), make()];
    const name = `${i} ${JSON.stringify([one, other])}`;
    add(`URL ${name}`, () => fields(new URL(one)));
    add(`URL with a base ${name}`, () => fields(new URL(one, other)));
    add(`URL.canParse ${name}`, () => [URL.canParse(one), URL.canParse(one, other), URL.parse(one)?.href]);
    add(`URL set ${name}`, () => {
      const url = new URL('https://u:p@host.example:8080/a/b?c=d#e');
      for (let j = 0; j < 3; j++) url[pick(PARTS)] = pick(VALUES);
      return fields(url);
    });
    add(`url.parse ${name}`, () => plain(legacy.parse(one, i % 3 === 0, i % 2 === 0)));
    add(`url.format ${name}`, () => legacy.format(one));
    add(`url.resolve ${name}`, () => legacy.resolve(one, other));
    add(`url.resolveObject ${name}`, () => plain(legacy.resolveObject(one, other)));
  }
  for (const domain of HOSTS)
    add(`domain ${domain}`, () => [legacy.domainToASCII(domain), legacy.domainToUnicode(domain)]);
  for (const options of [
    undefined,
    {},
    { auth: false },
    { unicode: true },
    { search: false, fragment: false },
    true,
    5,
    [],
    null,
  ]) {
    add(`url.format with ${JSON.stringify(options)}`, () =>
      legacy.format(new URL('http://u:p@xn--lck1c3crb1723bpq4a.com/a?b#c'), options),
    );
  }
  for (const path of ['/a b', '/x%y', '/q?r#s', '/t/', '/[~^|]', 5, null])
    add(`pathToFileURL ${path}`, () => legacy.pathToFileURL(path).href);
  for (const file of ['file:///a%20b', 'file://host/x', 'file:///a%2Fb', 'http://a/', 5, new URL('file:///x')])
    add(`fileURLToPath ${file}`, () => legacy.fileURLToPath(file));
  add('urlToHttpOptions', () => ({ ...legacy.urlToHttpOptions(new URL('https://a%40:b@[::1]:90/p?q#h')) }));
  add('urlToHttpOptions of another object', () => ({ ...legacy.urlToHttpOptions({ port: '' }) }));

  // The classes.
  const params = (...args) => [...new URLSearchParams(...args)];
  const record = { a: 1, b: null, '\ud800': '\udfff' };
  for (const init of [
    'a=1&b=%zz&c',
    '?x=+%2B',
    '&&=',
    '%EF%BB%BFq=%FF',
    [['a', 'b']],
    [['a']],
    [5],
    5,
    null,
    record,
    new Map([['m', 1]]),
    { [Symbol.iterator]: 5 },
  ]) {
    add(`params of ${inspect(init)}`, () => [params(init), String(new URLSearchParams(init))]);
  }
  for (const [name, ...args] of [
    ['append'],
    ['append', 'x'],
    ['delete'],
    ['get'],
    ['has'],
    ['set', 'x'],
    ['getAll'],
    ['forEach'],
    ['forEach', 5],
    ['delete', 'a', '1'],
    ['set', 'a', "!'()~ *"],
    ['has', 'a', '2'],
    ['sort'],
  ]) {
    add(`params.${name} ${args}`, () => {
      const url = new URL('http://x/?b=3&a=1&a=2&é=%20#h');
      const result = url.searchParams[name](...args);
      return [result ?? null, url.href, url.searchParams.size];
    });
  }
  add('params follow their URL', () => {
    const url = new URL('http://x/?a=1');
    const { searchParams } = url;
    url.search = '?b=2';
    searchParams.append('c', '3');
    url.hash = 'h';
    url.href = `${url.href}`;
    return [url.href, String(searchParams), url.searchParams === searchParams];
  });
  const url = new URL('https://a:b@c.d:8080/p?q=1#h');
  for (const options of [{}, { depth: -1 }, { depth: 0 }, { showHidden: true }, { breakLength: 20 }]) {
    add(`a shown URL ${inspect(options)}`, () => inspect(url, options));
    add(`a shown URL inside ${inspect(options)}`, () => inspect({ a: [{ url }] }, options));
    add(`shown params ${inspect(options)}`, () => inspect(url.searchParams, options));
    add(`a shown iterator ${inspect(options)}`, () => [
      inspect(url.searchParams.keys(), options),
      inspect(url.searchParams.entries(), options),
    ]);
  }
  add('a shown subclass', () => inspect(new (class Mine extends URL {})('http://x/')));
  for (const Class of [URL, URLSearchParams]) {
    add(`members of ${Class.name}`, () => [
      Object.keys(Class),
      Object.keys(Class.prototype),
      Class.length,
      Object.prototype.toString.call(Class.prototype),
    ]);
    for (const [name, { value, get, set }] of Object.entries(Object.getOwnPropertyDescriptors(Class.prototype))) {
      add(`${Class.name}.${name} of something else`, () => (value ?? get).call({}));
      add(`${Class.name}.${name} has`, () => [
        value?.name ?? get?.name ?? null,
        value?.length ?? null,
        set?.name ?? null,
      ]);
    }
  }
  add('URL without new', () => URL('http://x/'));
  add('URL without an argument', () => new URL());
  add('URL.canParse without an argument', () => URL.canParse());
  add('URL of a symbol', () => new URL(Symbol('x')));
  add('createObjectURL', () => URL.createObjectURL(5));
  add('revokeObjectURL', () => URL.revokeObjectURL());
  return rows;
};
