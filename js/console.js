'use strict';

// Node 20's console over a function that takes a level and a text. It never throws, whatever value it
// is given, and a text is never longer than LIMIT, because a log must not end the function.

const { ops } = host;

/** The length of the longest text, in UTF-16 code units. */
const LIMIT = 256 * 1024;

// util is large, and most logs are plain text. So it is loaded when the first other value is logged.
let util;
const loadUtil = () => (util ??= require('node:util'));

/** A duration in milliseconds as Node writes it: `12.345ms`, `1.234s`, `1:02.345 (m:ss.mmm)`. */
function duration(ms) {
  if (ms < 1000) return `${Number(ms.toFixed(3))}ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(3)}s`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const [whole, part] = (seconds % 60).toFixed(3).split('.');
  const rest = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${whole.padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${rest} (h:mm:ss)` : `${rest}.${part} (m:ss.mmm)`;
}

/** The number of columns that `text` takes in a terminal. */
function width(text) {
  let columns = 0;
  for (const character of loadUtil().stripVTControlCharacters(text).normalize('NFC')) {
    if (/[\p{M}\p{Cf}\p{Cc}]/u.test(character)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

/** A box with a heading for each of `columns`, which are arrays of texts and may have holes. */
function drawTable(heads, columns) {
  const rows = Math.max(0, ...columns.map((column) => column.length));
  const widths = heads.map(
    (head, i) => 2 + Math.max(width(head), ...Array.from(columns[i], (cell) => width(cell ?? ''))),
  );
  const line = (left, middle, right) => left + widths.map((columns) => '─'.repeat(columns)).join(middle) + right;
  const row = (cells) => `│${cells.map((cell, i) => ` ${cell}${' '.repeat(widths[i] - 1 - width(cell))}`).join('│')}│`;
  const body = Array.from({ length: rows }, (_, r) => row(columns.map((column) => column[r] ?? '')));
  return [line('┌', '┬', '┐'), row(heads), line('├', '┼', '┤'), ...body, line('└', '┴', '┘')].join('\n');
}

function tableOf(data, properties) {
  const { inspect, types } = loadUtil();
  const cell = (value) => {
    const nested =
      value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 2;
    return inspect(value, { depth: nested ? -1 : 0, maxArrayLength: 3, breakLength: Infinity });
  };
  const numbers = (length) => Array.from({ length }, (_, i) => String(i));
  if (types.isMap(data) || types.isMapIterator(data)) {
    const entries = [...data];
    const pairs = entries.every((entry) => Array.isArray(entry));
    if (pairs) {
      return drawTable(
        ['(iteration index)', 'Key', 'Values'],
        [numbers(entries.length), entries.map(([key]) => cell(key)), entries.map(([, value]) => cell(value))],
      );
    }
    return drawTable(['(iteration index)', 'Values'], [numbers(entries.length), entries.map(cell)]);
  }
  if (types.isSet(data) || types.isSetIterator(data)) {
    const values = [...data].map(cell);
    return drawTable(['(iteration index)', 'Values'], [numbers(values.length), values]);
  }

  const index = Object.keys(data);
  const columns = new Map();
  const values = [];
  index.forEach((name, r) => {
    const item = data[name];
    const primitive = item === null || (typeof item !== 'object' && typeof item !== 'function');
    if (primitive && properties === undefined) values[r] = cell(item);
    for (const key of properties ?? (primitive ? [] : Object.keys(item))) {
      if (!columns.has(key)) columns.set(key, []);
      columns.get(key)[r] = primitive || !Object.hasOwn(item, key) ? '' : cell(item[key]);
    }
  });
  // Columns whose names are numbers come first, as an object's keys do.
  const names = Object.keys(Object.fromEntries([...columns.keys()].map((key) => [key, 0])));
  const heads = ['(index)', ...names];
  const cells = [index, ...names.map((name) => columns.get(name))];
  if (values.length > 0) {
    heads.push('Values');
    cells.push(values);
  }
  return drawTable(heads, cells);
}

/**
 * A console that calls `emit(level, text)`. The level is `log`, `info`, `debug`, `warn` or `error`.
 */
function createConsole(emit) {
  let indent = '';
  const counts = new Map();
  const timers = new Map();

  function write(level, text) {
    if (text.length > LIMIT) text = `${text.slice(0, LIMIT)}... ${text.length - LIMIT} more characters`;
    if (indent !== '') text = indent + (text.includes('\n') ? text.replaceAll('\n', `\n${indent}`) : text);
    emit(level, text);
  }

  function format(args) {
    if (args.length === 1 && typeof args[0] === 'string') return args[0];
    if (args.length > 1 && args.every((arg) => typeof arg === 'string') && !args[0].includes('%'))
      return args.join(' ');
    return loadUtil().format(...args);
  }

  // A value may throw while it is inspected: a custom inspection does, a label that is a symbol, or toJSON under %j. As in
  // Node, that is the caller's.
  const named = (name, body) => Object.defineProperty((...args) => body(...args), 'name', { value: name });

  function labelled(label, method) {
    const name = `${label}`;
    if (!timers.has(name)) {
      write('warn', `Warning: No such label '${name}' for console.${method}()`);
      return undefined;
    }
    return `${name}: ${duration(now() - timers.get(name))}`;
  }

  const methods = {
    log: (...args) => write('log', format(args)),
    info: (...args) => write('info', format(args)),
    debug: (...args) => write('debug', format(args)),
    warn: (...args) => write('warn', format(args)),
    error: (...args) => write('error', format(args)),
    dirxml: (...args) => write('log', format(args)),
    dir: (value, options) => write('log', loadUtil().inspect(value, { customInspect: false, ...options })),
    table(data, properties) {
      write('log', data === null || typeof data !== 'object' ? format([data]) : tableOf(data, properties));
    },
    trace(...args) {
      const trace = { name: 'Trace', message: format(args) };
      Error.captureStackTrace(trace, console.trace);
      write('error', trace.stack);
    },
    assert(condition, ...args) {
      if (condition) return;
      if (args.length > 0) args[0] = `Assertion failed: ${args[0]}`;
      else args.push('Assertion failed');
      write('warn', format(args));
    },
    count(label = 'default') {
      const name = `${label}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      write('log', `${name}: ${counts.get(name)}`);
    },
    countReset(label = 'default') {
      const name = `${label}`;
      if (!counts.delete(name)) write('warn', `Warning: Count for '${name}' does not exist`);
    },
    group(...args) {
      if (args.length > 0) write('log', format(args));
      indent += '  ';
    },
    groupEnd() {
      indent = indent.slice(2);
    },
    time(label = 'default') {
      const name = `${label}`;
      if (timers.has(name)) write('warn', `Warning: Label '${name}' already exists for console.time()`);
      else timers.set(name, now());
    },
    timeEnd(label = 'default') {
      const text = labelled(label, 'timeEnd');
      if (text !== undefined) write('log', text);
      timers.delete(`${label}`);
    },
    timeLog(label = 'default', ...args) {
      const text = labelled(label, 'timeLog');
      if (text !== undefined) write('log', format([text, ...args]));
    },
    clear() {},
    timeStamp() {},
    profile() {},
    profileEnd() {},
  };
  methods.groupCollapsed = methods.group;

  const console = {};
  for (const [name, body] of Object.entries(methods)) console[name] = named(name, body);
  const { table } = console;
  const checked = (data, properties) => {
    if (properties !== undefined && !Array.isArray(properties)) {
      throw require('./internal/node-error.js').invalidArgType('properties', 'an instance of Array', properties);
    }
    table(data, properties);
  };
  console.table = Object.defineProperty(checked, 'name', { value: 'table' });
  Object.defineProperty(console, Symbol.toStringTag, { value: 'console', configurable: true });
  return console;
}

/** The time in milliseconds, of a clock that never goes back. */
const now = () => ops.op_timer_now();

/** The message of anything thrown, as far as reading it doesn't throw. */
module.exports = { createConsole };
