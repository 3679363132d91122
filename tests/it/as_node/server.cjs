// The servers that the functions here ask: `plain` speaks HTTP, `raw` answers with bytes of its own, `secure` speaks
// HTTPS.
'use strict';
const { readFileSync } = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { join } = require('node:path');

const answers = {
  '/cr': 'HTTP/1.1 200 OK\r\nFoo: Bar\rContent-Length: 1\r\n\r\n',
  '/nonsense': 'nonsense\r\n\r\n',
  '/major': 'HTTP/x.1 200 OK\r\n\r\n',
  '/dot': 'HTTP/1,1 200 OK\r\n\r\n',
  '/version': 'HTTP/1.7 200 OK\r\nContent-Length: 0\r\n\r\n',
  '/after-version': 'HTTP/1.1\t200 OK\r\n\r\n',
  '/letters': 'HTTP/1.1 2x0 OK\r\n\r\n',
  '/long-status': 'HTTP/1.1 2000 OK\r\n\r\n',
  '/no-reason': 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n',
  '/space-first': 'HTTP/1.1 200 OK\r\n X: 1\r\n\r\n',
  '/lf': 'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
  '/lf-header': 'HTTP/1.1 200 OK\r\nContent-Length: 0\nX: 1\r\n\r\n',
  '/lf-end': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\n',
  '/cr-line': 'HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n',
  '/short': 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc',
  '/status': 'HTTP/1.1 999 Odd Status Text\r\nContent-Length: 0\r\n\r\n',
  '/same-lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na',
  '/two-lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na',
  '/empty-length': 'HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n',
  '/word-length': 'HTTP/1.1 200 OK\r\nContent-Length: 1a\r\n\r\n',
  '/huge-length': 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n',
  '/length-then-chunks': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  '/chunks-then-length': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n',
  '/latin1': Buffer.from('HTTP/1.1 418 caf\xe9\r\nX-Name: caf\xe9\r\nContent-Length: 0\r\n\r\n', 'latin1'),
  '/control': 'HTTP/1.1 200 OK\r\nX-A: a\u0001b\r\n\r\n',
  '/delete': 'HTTP/1.1 200 OK\r\nX-A: a\u007fb\r\n\r\n',
  '/name': 'HTTP/1.1 200 OK\r\nX A: b\r\n\r\n',
  '/no-name': 'HTTP/1.1 200 OK\r\n: b\r\n\r\n',
  '/no-colon': 'HTTP/1.1 200 OK\r\nabc\r\n\r\n',
  '/empty-value': 'HTTP/1.1 200 OK\r\nX-A:\r\nX-B: \t \r\nContent-Length: 0\r\n\r\n',
  '/spaces': 'HTTP/1.1 200 OK\r\nX-A:  a b \t \r\nContent-Length: 0\r\n\r\n',
  '/http10': 'HTTP/1.0 200 OK\r\n\r\nuntil the end',
  '/chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n',
  '/chunk-bad': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc',
  '/chunk-lf': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n',
  '/chunk-long': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n',
  '/gzip-chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
  '/chunked-gzip': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nabc',
  '/duplicates':
    'HTTP/1.1 200 OK\r\nServer: a\r\nServer: b\r\nX-a: 1\r\nX-A: 2\r\nSet-Cookie: a\r\nset-cookie: b\r\nContent-Length: 0\r\n\r\n',
  '/fold': 'HTTP/1.1 200 OK\r\nX-A: 1\r\n  2\r\nContent-Length: 0\r\n\r\n',
  '/huge': `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(20000)}\r\nContent-Length: 0\r\n\r\n`,
  '/many': `HTTP/1.1 200 OK\r\n${Array.from({ length: 1200 }, (_, i) => `h${i}: v\r\n`).join('')}Content-Length: 0\r\n\r\n`,
  '/no-content': 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
  '/switch': 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\nhead',
  '/interim':
    'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  '/nothing': '',
  '/ok-and-gone': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
};

let connections = 0;
const plain = http.createServer((request, response) => {
  if (request.url === '/connection') {
    response.end(String(request.socket.number));
    return;
  }
  if (request.url === '/slow') {
    setTimeout(() => response.end('slow'), 300);
    return;
  }
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const { method, url, rawHeaders, rawTrailers } = request;
    // Ports differ from run to run.
    const headers = rawHeaders.map((text) => text.replace(/:\d{4,5}$/, ':PORT'));
    response.end(JSON.stringify({ method, url, headers, rawTrailers, body: Buffer.concat(pieces).toString('latin1') }));
  });
});
plain.on('connection', (socket) => (socket.number = ++connections));
plain.on('connect', (request, socket) => socket.end('HTTP/1.1 200 Connected\r\n\r\nthrough'));

const raw = net.createServer((socket) => {
  socket.once('data', (data) => {
    const [, path] = /^\w+ (\S+)/.exec(data);
    socket.end(answers[path]);
  });
  socket.on('error', () => {});
});

const pem = (name) => readFileSync(join(__dirname, '../tls', `${name}.pem`), 'utf8');
const secure = https.createServer({ cert: pem('signed'), key: pem('key') }, ({ socket }, response) => {
  response.end(JSON.stringify([socket.servername, socket.remoteAddress.replace('::ffff:', '')]));
});

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
const paths = Object.keys(answers).filter((path) => path !== '/switch' && path !== '/interim');
module.exports = {
  ports: Promise.all([plain, raw, secure].map(listen)).then(([plain, raw, secure]) => ({
    plain,
    raw,
    secure,
    ca: pem('ca'),
    paths,
  })),
  close: () => [plain, raw, secure].forEach((server) => server.close()),
};
