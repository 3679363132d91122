'use strict';

// Between Node's streams and the web's.

const process = require('node:process');
const { finished } = require('readable-stream/lib/stream.js');
const { abortError, invalidArgType } = require('./node-error.js');

const { PromisePrototypeThen } = host.primordials;

const then = (promise, done, failed) => PromisePrototypeThen(Promise.resolve(promise), done, failed);

function checkOptions(options) {
  if (options === null || typeof options !== 'object') throw invalidArgType('options', 'of type object', options);
}

const isReadable = (value) => typeof value?.getReader === 'function' && typeof value.cancel === 'function';
const isWritable = (value) => typeof value?.getWriter === 'function' && typeof value.abort === 'function';

/** A stream's error is told outside of the promise that brought it. */
const later = (act) => process.nextTick(act);

/** What reads from `reader` for a stream that has `_read` and `_destroy` of these. */
function source(reader, settings) {
  let closed = false;
  then(
    reader.closed,
    () => (closed = true),
    (error) => {
      closed = true;
      later(() => settings.stream().destroy(error));
    },
  );
  return {
    read() {
      const stream = settings.stream();
      then(
        reader.read(),
        ({ done, value }) => later(() => stream.push(done ? null : value)),
        (error) => later(() => stream.destroy(error)),
      );
    },
    cancel: (error) => (closed ? undefined : reader.cancel(error)),
  };
}

/** What writes to `writer`. */
function sink(writer, settings) {
  let closed = false;
  then(
    writer.closed,
    () => (closed = true),
    (error) => {
      closed = true;
      later(() => settings.stream().destroy(error));
    },
  );
  const settle = (promise, callback) =>
    then(
      promise,
      () => later(() => callback()),
      (error) => later(() => callback(error)),
    );
  return {
    write: (chunk, encoding, callback) => {
      if (typeof chunk === 'string' && settings.decodeStrings !== false && !settings.objectMode) {
        chunk = new Uint8Array(Buffer.from(chunk, encoding));
      }
      then(
        writer.ready,
        () => settle(writer.write(chunk), callback),
        (error) => later(() => callback(error)),
      );
    },
    writev: (chunks, callback) => {
      then(
        writer.ready,
        () => settle(Promise.all(chunks.map(({ chunk }) => writer.write(chunk))), callback),
        (error) => later(() => callback(error)),
      );
    },
    final: (callback) => {
      if (closed) callback();
      else settle(writer.close(), callback);
    },
    end: (error) => {
      if (closed) return undefined;
      return error == null ? writer.close() : writer.abort(error);
    },
  };
}

/** Destroys a stream when what it stands for has come to its end. */
function destroyAfter(promises, error, callback) {
  const all = promises.filter((promise) => promise !== undefined);
  then(
    Promise.all(all),
    () => later(() => callback(error)),
    (failed) => later(() => callback(failed ?? error)),
  );
}

function abortBy(stream, signal) {
  if (signal === undefined) return;
  if (signal === null || typeof signal !== 'object' || !('aborted' in signal)) {
    throw invalidArgType('options.signal', 'an instance of AbortSignal', signal);
  }
  const abort = () => stream.destroy(abortError(signal));
  if (signal.aborted) abort();
  else {
    signal.addEventListener('abort', abort);
    finished(stream, () => signal.removeEventListener('abort', abort));
  }
}

/** What `Readable.fromWeb`, `Readable.toWeb` and their like do, for these classes. */
module.exports = ({ Readable, Writable, Duplex }) => {
  function readableFromWeb(web, options = {}) {
    if (!isReadable(web)) throw invalidArgType('readableStream', 'an instance of ReadableStream', web);
    checkOptions(options);
    const { highWaterMark, encoding, objectMode = false, signal } = options;
    let stream;
    const from = source(web.getReader(), { stream: () => stream });
    stream = new Readable({
      objectMode,
      highWaterMark,
      encoding,
      read: () => from.read(),
      destroy: (error, callback) => destroyAfter([from.cancel(error)], error, callback),
    });
    abortBy(stream, signal);
    return stream;
  }

  function writableFromWeb(web, options = {}) {
    if (!isWritable(web)) throw invalidArgType('writableStream', 'an instance of WritableStream', web);
    checkOptions(options);
    const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
    let stream;
    const to = sink(web.getWriter(), { stream: () => stream, decodeStrings, objectMode });
    stream = new Writable({
      highWaterMark,
      objectMode,
      decodeStrings,
      write: to.write,
      writev: to.writev,
      final: to.final,
      destroy: (error, callback) => destroyAfter([to.end(error)], error, callback),
    });
    abortBy(stream, signal);
    return stream;
  }

  function duplexFromWeb(pair = {}, options = {}) {
    if (pair === null || typeof pair !== 'object') throw invalidArgType('pair', 'of type object', pair);
    const { readable, writable } = pair;
    if (!isReadable(readable)) throw invalidArgType('pair.readable', 'an instance of ReadableStream', readable);
    if (!isWritable(writable)) throw invalidArgType('pair.writable', 'an instance of WritableStream', writable);
    checkOptions(options);
    const {
      allowHalfOpen = false,
      objectMode = false,
      encoding,
      decodeStrings = true,
      highWaterMark,
      signal,
    } = options;
    let stream;
    const settings = { stream: () => stream, decodeStrings, objectMode };
    const to = sink(writable.getWriter(), settings);
    const from = source(readable.getReader(), settings);
    stream = new Duplex({
      allowHalfOpen,
      highWaterMark,
      objectMode,
      encoding,
      decodeStrings,
      read: () => from.read(),
      write: to.write,
      writev: to.writev,
      final: to.final,
      destroy: (error, callback) => destroyAfter([to.end(error), from.cancel(error)], error, callback),
    });
    abortBy(stream, signal);
    return stream;
  }

  function readableToWeb(stream, options = {}) {
    if (typeof stream?._readableState !== 'object') {
      throw invalidArgType('streamReadable', 'an instance of stream.Readable', stream);
    }
    if (stream.destroyed || !stream.readable) {
      const empty = new ReadableStream();
      empty.cancel();
      return empty;
    }
    const { readableObjectMode: objectMode, readableHighWaterMark: highWaterMark } = stream;
    const strategy =
      options.strategy ?? (objectMode ? { highWaterMark } : { highWaterMark, size: (chunk) => chunk.length });
    let controller;
    stream.pause();
    const undo = finished(stream, (error) => {
      undo();
      stream.on('error', () => {});
      if (error) controller.error(error.code === 'ERR_STREAM_PREMATURE_CLOSE' ? abortError({ reason: error }) : error);
      else controller.close();
    });
    stream.on('data', (chunk) => {
      // Bytes are handed over as plain bytes.
      if (Buffer.isBuffer(chunk) && !objectMode) chunk = new Uint8Array(chunk);
      controller.enqueue(chunk);
      if (controller.desiredSize <= 0) stream.pause();
    });
    return new ReadableStream(
      {
        start(given) {
          controller = given;
        },
        pull: () => void stream.resume(),
        cancel: (reason) => void stream.destroy(reason),
      },
      strategy,
    );
  }

  function writableToWeb(stream) {
    if (typeof stream?._writableState !== 'object') {
      throw invalidArgType('streamWritable', 'an instance of stream.Writable', stream);
    }
    const { writableObjectMode: objectMode, writableHighWaterMark: highWaterMark } = stream;
    const strategy = objectMode ? { highWaterMark } : { highWaterMark, size: (chunk) => chunk?.length ?? 1 };
    let controller;
    let room;
    let closing;
    const undo = finished(stream, (error) => {
      undo();
      stream.on('error', () => {});
      if (error) {
        room?.reject(error);
        if (closing) closing.reject(error);
        else controller.error(error);
      } else if (closing) closing.resolve();
      else controller.error(abortError({ reason: undefined }));
    });
    stream.on('drain', () => room?.resolve());
    return new WritableStream(
      {
        start(given) {
          controller = given;
        },
        write(chunk) {
          if (!stream.writableNeedDrain && stream.write(chunk)) return undefined;
          room = deferred();
          return room.promise.finally(() => (room = undefined));
        },
        abort: (reason) => void stream.destroy(reason),
        close() {
          closing = deferred();
          stream.end();
          return closing.promise;
        },
      },
      strategy,
    );
  }

  function duplexToWeb(stream) {
    if (typeof stream?._writableState !== 'object' || typeof stream._readableState !== 'object') {
      throw invalidArgType('duplex', 'an instance of stream.Duplex', stream);
    }
    return { readable: readableToWeb(stream), writable: writableToWeb(stream) };
  }

  return { readableFromWeb, writableFromWeb, duplexFromWeb, readableToWeb, writableToWeb, duplexToWeb };
};

function deferred() {
  let settle;
  const promise = new Promise((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...settle };
}
