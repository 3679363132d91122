// What Node's http client makes of requests, of answers good and bad, and of connections.
const Agent = Object.getPrototypeOf(https.Agent);
const shown = (error) => [error.name, error.code, error.message];

function ask(port, path, options = {}, act = (request) => request.end()) {
  return new Promise((resolve) => {
    let text = '';
    const request = https.request(
      { protocol: 'http:', hostname: '127.0.0.1', port, path, agent: new Agent(), ...options },
      (response) => {
        response.setEncoding('latin1');
        response.on('data', (chunk) => (text += chunk));
        response.on('error', (error) => resolve(['response', shown(error), text]));
        response.on('end', () => resolve({ response, text }));
      },
    );
    request.on('error', (error) => resolve(['request', shown(error)]));
    act(request);
  });
}
const sent = async (...args) => {
  const answer = await ask(...args);
  return Array.isArray(answer) ? answer : answer.text.startsWith('{') ? JSON.parse(answer.text) : [answer.response.statusCode, answer.text];
};

const cases = {
  async answers({ raw, paths }) {
    const seen = {};
    for (const path of paths) {
      const answer = await ask(raw, path);
      if (Array.isArray(answer)) seen[path] = answer;
      else {
        const { statusCode, statusMessage, httpVersion, rawHeaders, headers, rawTrailers, complete } = answer.response;
        seen[path] = [statusCode, statusMessage, httpVersion, rawHeaders.length > 50 ? rawHeaders.length : rawHeaders, rawHeaders.length > 50 ? 0 : headers, rawTrailers, complete, answer.text];
      }
    }
    return seen;
  },
  async framing({ plain }) {
    const twice = (request) => { request.write('a'); request.end('b'); };
    const whole = (request) => request.end('abc');
    const seen = [];
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH']) {
      for (const act of [(request) => request.end(), whole, twice]) seen.push([method, await sent(plain, '/', { method }, act)]);
    }
    seen.push(await sent(plain, '/', { method: 'DELETE', headers: { 'Content-Length': 3 } }, whole));
    seen.push(await sent(plain, '/', { method: 'POST', headers: { 'content-LENGTH': '3', 'X-b': ['1', '2'], Cookie: ['a', 'b'] } }, whole));
    seen.push(await sent(plain, '/', { method: 'PUT', headers: { 'transfer-ENCODING': 'CHUNKED' } }, (request) => { request.addTrailers([['X-bAr', 'z']]); request.end('x'); }));
    seen.push(await sent(plain, '/', { method: 'POST', setHost: false, auth: 'a:b', headers: { host: 'me' } }));
    seen.push(await sent(plain, '/', { method: 'POST', headers: ['Host', 'me', 'X-A', '1', 'X-A', '2'] }, whole));
    seen.push(await sent(plain, '/', { method: 'POST', headers: { Expect: '100-continue' } }, (request) => request.on('continue', () => request.end('abc'))));
    return seen;
  },
  async trailers({ plain }) {
    return sent(plain, '/', { method: 'POST', headers: { Trailer: 'X-Sum' } }, (request) => { request.write('a'); request.addTrailers({ 'X-Sum': '1' }); request.end(); });
  },
  async interim({ raw }) {
    const heard = [];
    const answer = await ask(raw, '/interim', {}, (request) => request.on('information', (info) => heard.push([info.statusCode, info.rawHeaders])).end());
    return [heard, answer.response.statusCode, answer.text];
  },
  upgrade: ({ raw }) => new Promise((resolve) => {
    const request = https.request({ protocol: 'http:', hostname: '127.0.0.1', port: raw, path: '/switch', agent: new Agent(), headers: { Connection: 'Upgrade', Upgrade: 'test' } });
    request.on('upgrade', (response, socket, head) => {
      let text = String(head);
      socket.on('data', (chunk) => (text += chunk));
      socket.on('end', () => resolve([response.statusCode, response.headers, text]));
    });
    request.on('error', (error) => resolve(shown(error)));
    request.end();
  }),
  connect: ({ plain }) => new Promise((resolve) => {
    const request = https.request({ protocol: 'http:', hostname: '127.0.0.1', port: plain, method: 'CONNECT', path: 'a.example:443', agent: new Agent() });
    request.on('connect', (response, socket, head) => {
      let text = String(head);
      socket.on('data', (chunk) => (text += chunk));
      socket.on('close', () => resolve([response.statusCode, text]));
    });
    request.on('error', (error) => resolve(shown(error)));
    request.end();
  }),
  async aLimitOfSockets({ plain }) {
    const agent = new Agent({ keepAlive: true, maxSockets: 2 });
    const all = await Promise.all(Array.from({ length: 6 }, () => ask(plain, '/connection', { agent })));
    const name = agent.getName({ host: '127.0.0.1', port: plain });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const free = agent.freeSockets[name].length;
    agent.destroy();
    return [new Set(all.map(({ text }) => text)).size, free, Object.keys(agent.requests)];
  },
  async reuse({ plain }) {
    const agent = new Agent({ keepAlive: true });
    const seen = [];
    for (let i = 0; i < 2; i++) {
      await ask(plain, '/connection', { agent }, (request) => { request.end(); request.on('close', () => seen.push(request.reusedSocket)); });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    agent.destroy();
    return seen;
  },
  async anAgentsOwnConnections({ plain }) {
    const made = [];
    class Own extends Agent {
      createConnection(options, callback) {
        made.push([options.host, typeof callback]);
        return super.createConnection(options, callback);
      }
    }
    const { text } = await ask(plain, '/', { agent: new Own() });
    return [made, text.length > 0];
  },
  aStreamOfItsOwn: () => new Promise((resolve, reject) => {
    const { Duplex } = AWS.util.stream;
    let sent = '';
    const createConnection = () => {
      const stream = new Duplex({
        read() {},
        write(chunk, encoding, callback) {
          sent += chunk;
          if (sent.includes('\r\n\r\n')) stream.push('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
          callback();
        },
      });
      return stream;
    };
    https.request({ host: 'a.example', path: '/p', createConnection }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve([response.statusCode, text, sent]));
    }).on('error', reject).end();
  }),
  async aSocketThatTheServerHasClosed({ raw }) {
    const seen = [];
    for (let i = 0; i < 3; i++) {
      try {
        seen.push(await (await fetch(`http://127.0.0.1:${raw}/ok-and-gone`)).text());
      } catch (error) {
        seen.push([error.code, error.message.replace(/:\d+/, '')]);
      }
    }
    return seen;
  },
  async timeouts({ plain }) {
    const heard = [];
    const answer = await ask(plain, '/slow', { timeout: 50 }, (request) => { request.on('timeout', () => { heard.push('timeout'); request.destroy(); }); request.end(); });
    return [heard, answer];
  },
  async order({ plain }) {
    const heard = [];
    await ask(plain, '/', { method: 'POST' }, (request) => {
      for (const event of ['socket', 'finish', 'response', 'close']) request.on(event, () => heard.push(event));
      request.on('socket', (socket) => socket.on('connect', () => heard.push('connect')));
      request.end('abc');
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    return heard;
  },
  async refused() {
    return (await ask(1, '/'))[1];
  },
  checks() {
    const attempt = (act) => { try { return typeof act(); } catch (error) { return shown(error); } };
    const request = (options) => https.request({ protocol: 'http:', port: 1, agent: new Agent(), ...options }).on('error', () => {}).destroy();
    return [
      attempt(() => request({ path: '/a b' })), attempt(() => request({ method: 'A B' })), attempt(() => request({ method: 1 })),
      attempt(() => request({ protocol: 'ftp:' })), attempt(() => request({ agent: {} })), attempt(() => request({ headers: { 'a b': 1 } })),
      attempt(() => request({ headers: { a: 'b\nc' } })), attempt(() => request({ headers: { a: undefined } })), attempt(() => request({ timeout: 'x' })),
      attempt(() => request({ hostname: 1 })), attempt(() => request({ insecureHTTPParser: 1 })), attempt(() => new Agent({ scheduling: 'x' })),
      attempt(() => new Agent({ maxTotalSockets: 'x' })), attempt(() => request({}).setHeader(1, 2)), attempt(() => request({}).write(null)), attempt(() => request({}).write({})),
    ];
  },
};

async function onTrack({ properties }) {
  const seen = {};
  for (const [name, act] of Object.entries(cases)) seen[name] = await act(properties);
  return seen;
}
