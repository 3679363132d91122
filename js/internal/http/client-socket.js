'use strict';

// A request on its socket: how it takes it, what it hears of it, and how it lets it go.

const { Buffer } = require('node:buffer');
const { finished } = require('node:stream');
const process = require('node:process');
const { kOwn } = require('./connect.js');
const { reset } = require('./errors.js');
const { kNeedDrain } = require('./outgoing.js');
const { ResponseParser } = require('./parser.js');

/** The error that a request was destroyed with. */
const kError = Symbol('kError');

/** Marks a listener as segfn's own. */
const own = (listener) => Object.assign(listener, { [kOwn]: true });

// --- the socket

function onSocket(request, socket, error) {
  if (request.destroyed || error) {
    const [found, gone] = [request[kError] || error, reset('socket hang up')];
    request._exchange.failed(found ?? gone);
    const close = () => {
      if (!request.aborted && !found) request.emit('error', gone);
      else if (found) request.emit('error', found);
      request._closed = true;
      request.emit('close');
    };
    if (!socket) {
      process.nextTick(close);
      return;
    }
    if (found && !socket.destroyed) {
      // It was made for this request, or is an agent's that others may use.
      if (request.agent?.keepAlive && !socket.connecting && !error) socket.emit('free');
      else finished(socket.destroy(), () => {});
    } else if (request.agent) socket.emit('free');
    else socket.destroy();
    process.nextTick(close);
    return;
  }
  if (socket.closed || (socket.destroyed && !socket.connecting)) {
    // It ended on its way from the agent to here.
    const gone = reset('socket hang up');
    request._exchange.failed(gone);
    request.emit('error', gone);
    request.destroyed = true;
    request._closed = true;
    request.emit('close');
    return;
  }
  takeSocket(request, socket);
  request._flush();
}

function takeSocket(request, socket) {
  const parser = new ResponseParser(request.maxHeaderSize, request.insecureHTTPParser);
  request.socket = socket;
  // A stream of the function's own leads to no network, so that nothing else than it may answer. A socket that an
  // agent has kept may be of another kind than new ones are by now.
  if (socket._way !== request._way) {
    request._exchange = request._exchange.over(socket._way);
    request._way = socket._way;
  }
  // From the first byte on the exchange is under way.
  socket._exchange?.(0);
  parser.socket = socket;
  parser.outgoing = request;
  socket.parser = parser;
  request.parser = parser;
  socket._httpMessage = request;
  if (typeof request.maxHeadersCount === 'number') parser.maxHeaderPairs = request.maxHeadersCount << 1;
  parser.joinDuplicateHeaders = request.joinDuplicateHeaders;
  parser.onIncoming = onIncoming;
  socket.on('error', socketOnError);
  socket.on('data', socketOnData);
  socket.on('end', socketOnEnd);
  socket.on('close', socketOnClose);
  socket.on('drain', socketOnDrain);
  if (request.timeout !== undefined || request.agent?.options?.timeout) listenForTimeout(request);
  if (request._header !== null || request.outputData.length > 0) request._exchange.begin();
  request.emit('socket', socket);
}

function socketOnDrain() {
  const { _httpMessage: request } = this;
  if (request && !request.finished && request[kNeedDrain]) {
    request[kNeedDrain] = false;
    request.emit('drain');
  }
}

function socketOnClose() {
  const { parser, _httpMessage: request } = this;
  request.destroyed = true;
  // What came and was not read yet.
  const { res } = request;
  if (parser) {
    parser.finish();
    parser.free();
  }
  if (res) {
    if (!res.complete) {
      request._exchange.failed(this.errored ?? reset('aborted'));
      res.destroy(reset('aborted'));
    }
    request._closed = true;
    request.emit('close');
    if (!res.aborted && res.readable) res.push(null);
  } else {
    if (!this._hadError) {
      this._hadError = true;
      request._exchange.failed(reset('socket hang up'));
      request.emit('error', reset('socket hang up'));
    }
    request._closed = true;
    request.emit('close');
  }
  request._exchange.closed();
  request.outputData.length = 0;
}

function socketOnError(error) {
  const { parser, _httpMessage: request } = this;
  if (request) {
    // A response that broke off tells of it by itself.
    this._hadError = true;
    request._exchange.failed(error);
    request.emit('error', error);
  }
  if (parser) {
    parser.finish();
    parser.free();
  }
  this.removeListener('data', socketOnData);
  this.removeListener('end', socketOnEnd);
  this.destroy();
}

function socketOnEnd() {
  const { parser, _httpMessage: request } = this;
  if (!request.res && !this._hadError) {
    this._hadError = true;
    request._exchange.failed(reset('socket hang up'));
    request.emit('error', reset('socket hang up'));
  }
  if (parser) {
    parser.finish();
    parser.free();
  }
  this.destroy();
}

function socketOnData(bytes) {
  const { parser, _httpMessage: request } = this;
  if (!parser) return;
  const result = parser.execute(bytes);
  if (result instanceof Error) {
    result.rawPacket = Buffer.from(bytes);
    parser.free();
    this.removeListener('data', socketOnData);
    this.removeListener('end', socketOnEnd);
    this.destroy();
    this._hadError = true;
    request._exchange.failed(result);
    request.emit('error', result);
  } else if (parser.incoming?.upgrade) upgraded(this, parser, request, bytes.subarray(result ?? bytes.length));
  else if (parser.incoming?.complete && !informs(parser.incoming.statusCode)) letGo(this, parser);
}

const informs = (status) => status >= 100 && status < 200;

/** The parser is done with the socket. */
function letGo(socket, parser) {
  socket.removeListener('data', socketOnData);
  socket.removeListener('end', socketOnEnd);
  socket.removeListener('drain', socketOnDrain);
  parser.free();
}

function upgraded(socket, parser, request, rest) {
  const message = parser.incoming;
  request.res = message;
  letGo(socket, parser);
  socket.removeListener('close', socketOnClose);
  socket.removeListener('error', socketOnError);
  if (request.timeoutCb) socket.removeListener('timeout', request.timeoutCb);
  socket.removeListener('timeout', responseOnTimeout);
  // Who takes it reads when there is somebody to listen.
  socket._readableState.flowing = null;
  const event = request.method === 'CONNECT' ? 'connect' : 'upgrade';
  request._exchange.completed(message);
  if (request.listenerCount(event) > 0) {
    request.upgradeOrConnect = true;
    // The socket is no more the agent's.
    socket.emit('agentRemove');
    request.destroyed = true;
    if (socket._httpMessage === request) socket._httpMessage = null;
    request.emit(event, message, socket, rest);
    request._closed = true;
    request.emit('close');
  } else socket.destroy();
}

// --- the response

/** The head of a response came. */
function onIncoming(message, keepAlive) {
  const { socket } = this;
  const { _httpMessage: request } = socket;
  // Two answers to one request.
  if (request.res) {
    socket.destroy();
    return;
  }
  request.res = message;
  if (message.upgrade) {
    request._exchange.responded(message);
    return;
  }
  if (request.method === 'CONNECT') {
    message.upgrade = true;
    request._exchange.responded(message);
    return;
  }
  const { statusCode } = message;
  if (informs(statusCode)) {
    // The answer itself is still to come.
    request.res = null;
    if (statusCode === 100) request.emit('continue');
    if (statusCode !== 101) {
      const { statusMessage, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = message;
      request.emit('information', {
        statusCode,
        statusMessage,
        httpVersion,
        httpVersionMajor,
        httpVersionMinor,
        headers,
        rawHeaders,
      });
    }
    return;
  }
  if (request.shouldKeepAlive && !keepAlive && !request.upgradeOrConnect) {
    // The server says that the connection ends.
    request.shouldKeepAlive = false;
  }
  request._exchange.responded(message);
  message.req = request;
  message.on('end', responseOnEnd);
  request.on('finish', requestOnFinish);
  if (request.timeoutCb || message.listenerCount('timeout') > 0) socket.once('timeout', responseOnTimeout);
  // Nobody wants it.
  if (request.aborted || !request.emit('response', message)) message._dump();
}

function responseOnEnd() {
  const request = this.req;
  const { socket } = request;
  if (socket) {
    if (request.timeoutCb) socket.removeListener('timeout', emitTimeout);
    socket.removeListener('timeout', responseOnTimeout);
  }
  request._ended = true;
  if (!request.shouldKeepAlive) {
    if (socket?.writable) {
      // A stream of the function's own may not have it.
      if (typeof socket.destroySoon === 'function') socket.destroySoon();
      else socket.end();
    }
  } else if (request.writableFinished && !this.aborted) keepAlive(request);
}

function responseOnTimeout() {
  const { _httpMessage: request } = this;
  request?.res?.emit('timeout');
}

function requestOnFinish() {
  if (this.shouldKeepAlive && this._ended) keepAlive(this);
}

/** The socket may take another request. */
function keepAlive(request) {
  const { socket } = request;
  request.emit('prefree');
  if (socket === null) return;
  if (request.timeoutCb) {
    socket.setTimeout(0, request.timeoutCb);
    request.timeoutCb = null;
  }
  socket.removeListener('close', socketOnClose);
  socket.removeListener('error', socketOnError);
  socket.removeListener('data', socketOnData);
  socket.removeListener('end', socketOnEnd);
  // One turn later, as listeners of `end` come first.
  process.nextTick(() => {
    request._closed = true;
    request.emit('close');
    if (request.socket) request.socket.emit('free');
  });
  request.destroyed = true;
  if (request.res) {
    // Who asks for the response's socket now would get another request's.
    request.res.detachedSocket = undefined;
    delete request.res.detachedSocket;
  }
}

// --- timeouts

function emitTimeout() {
  const { _httpMessage: request } = this;
  request?.emit('timeout');
}

function listenForTimeout(request) {
  if (request.timeoutCb) return;
  request.timeoutCb = emitTimeout;
  if (request.socket) request.socket.once('timeout', emitTimeout);
  else request.on('socket', (socket) => socket.once('timeout', emitTimeout));
}

function setSocketTimeout(socket, ms) {
  if (socket.connecting)
    socket.once(
      'connect',
      own(function () {
        this.setTimeout(ms);
      }),
    );
  else socket.setTimeout(ms);
}

module.exports = { kError, letGo, listenForTimeout, onSocket, own, setSocketTimeout };
