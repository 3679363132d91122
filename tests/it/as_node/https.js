// What Node's https tells of a server, and which it refuses.
const shown = (error) => [error.code, error.message, error.reason ?? null, error.host ?? null, error.cert?.subject?.CN ?? null];

function ask({ secure, ca }, options = {}, look = () => []) {
  return new Promise((resolve) => {
    const request = https.request({ host: 'localhost', port: secure, family: 4, ca, agent: false, ...options }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve([response.statusCode, JSON.parse(text), ...look(request.socket)]));
    });
    request.on('error', (error) => resolve(shown(error)));
    request.end();
  });
}

const cases = {
  trusted: (given) => ask(given, {}, (socket) => [socket.authorized, socket.authorizationError, socket.servername, socket.constructor.name, socket.encrypted, socket.alpnProtocol]),
  handshake: (given) => ask(given, {}, (socket) => [socket.getProtocol(), socket.getCipher(), socket.getEphemeralKeyInfo(), socket.isSessionReused()]),
  certificate: (given) => ask(given, {}, (socket) => {
    const { subject, issuer, subjectaltname, valid_from: from, fingerprint256, serialNumber, bits, ca } = socket.getPeerCertificate();
    return [subject, issuer, subjectaltname, from, fingerprint256, serialNumber, bits, ca];
  }),
  untrusted: (given) => ask(given, { ca: undefined }),
  untrustedButTaken: (given) => ask(given, { ca: undefined, rejectUnauthorized: false }, (socket) => [socket.authorized, socket.authorizationError]),
  anotherName: (given) => ask(given, { host: '127.0.0.1' }),
  askedName: (given) => ask(given, { servername: 'other.example' }),
  noName: (given) => ask(given, { servername: '', rejectUnauthorized: false }),
  async ownCheck(given) {
    let seen;
    const answer = await ask(given, { host: '127.0.0.1', checkServerIdentity: (host, cert) => { seen = [host, cert.subject.CN]; } });
    return [answer, seen];
  },
  ownRefusal: (given) => ask(given, { checkServerIdentity: () => new Error('not this one') }),
  fromAnAddress: (given) => ask(given, { localAddress: '127.0.0.2' }),
  ownLookup: (given) => ask(given, { host: 'nowhere.invalid', servername: 'localhost', lookup: (name, options, callback) => callback(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4) }),
};

async function onTrack({ properties }) {
  const seen = {};
  for (const [name, act] of Object.entries(cases)) {
    try {
      seen[name] = await act(properties);
    } catch (error) {
      seen[name] = ['thrown', error.message.replace(/[0-9A-F]{8,}/g, '')];
    }
  }
  return seen;
}
