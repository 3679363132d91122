'use strict';

// Node's TLSSocket, and what it tells of the server.

const { Buffer } = require('node:buffer');
const { networkError } = require('./errors.js');
const { Socket } = require('./socket.js');

/** A certificate as Node's tls shows it. */
const legacy = (der) => new (require('node:crypto').X509Certificate)(Buffer.from(der)).toLegacyObject();

class TLSSocket extends Socket {
  #facts;
  #options;

  constructor(options) {
    super(options);
    this.#options = options;
    this.encrypted = true;
    this.authorized = false;
    this.authorizationError = null;
    this.alpnProtocol = null;
    this.servername = null;
    this.secureConnecting = true;
  }

  _established(facts) {
    this.emit('connect');
    this.emit('ready');
    if (this.destroyed) return;
    this.secureConnecting = false;
    const refusal = facts === undefined ? undefined : this.#verify(facts);
    if (refusal) {
      this.authorizationError = refusal.code || refusal.message;
      if (this.#options.rejectUnauthorized !== false) {
        this.destroy(refusal);
        return;
      }
    } else this.authorized = true;
    this.emit('secureConnect');
    this.emit('secure');
    this._start();
  }

  /** The error because of which the server is not to be trusted. */
  #verify(facts) {
    this.#facts = facts;
    this.alpnProtocol = facts.alpn ?? false;
    this.servername = facts.servername ?? false;
    const { checkServerIdentity, servername, host = 'localhost' } = this.#options;
    if (facts.refusal == null) {
      const name = servername || host;
      if (typeof checkServerIdentity !== 'function' || facts.reused) return undefined;
      return checkServerIdentity(name, this.getPeerCertificate(true));
    }
    const error = networkError(facts.refusal);
    if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
      error.host = servername || host;
      error.cert = this.getPeerCertificate(true);
    }
    return error;
  }

  getPeerCertificate(detailed) {
    const certificates = this.#facts?.certificates ?? [];
    if (certificates.length === 0) return this.#facts === undefined ? null : {};
    const own = legacy(certificates[0]);
    if (detailed) {
      let last = own;
      for (const der of certificates.slice(1)) last = last.issuerCertificate = legacy(der);
      // The chain ends with a certificate that issued itself.
      const name = (names) => JSON.stringify(names);
      if (name(last.subject) === name(last.issuer)) last.issuerCertificate = last;
    }
    return own;
  }

  getPeerX509Certificate() {
    const [own] = this.#facts?.certificates ?? [];
    return own && new (require('node:crypto').X509Certificate)(Buffer.from(own));
  }

  getCertificate() {
    return {};
  }

  getX509Certificate() {
    return undefined;
  }

  getCipher() {
    if (this.#facts === undefined) return undefined;
    const { cipher: name, standardCipher: standardName, cipherVersion: version } = this.#facts;
    return { name, standardName, version };
  }

  getProtocol() {
    return this.#facts?.protocol ?? null;
  }

  getEphemeralKeyInfo() {
    if (this.#facts === undefined) return null;
    const [type, name, size] = this.#facts.ephemeral ?? [];
    if (type === undefined) return {};
    return { type, ...(name == null ? {} : { name }), size };
  }

  isSessionReused() {
    return this.#facts?.reused ?? false;
  }

  getSession() {
    return undefined;
  }

  getTLSTicket() {
    return undefined;
  }

  getFinished() {
    return undefined;
  }

  getPeerFinished() {
    return undefined;
  }

  getSharedSigalgs() {
    return [];
  }

  setSession() {}

  setServername() {}

  setMaxSendFragment() {
    return true;
  }

  disableRenegotiation() {}

  enableTrace() {}
}

module.exports = { TLSSocket };
