'use strict';

// What a URL of the first parser is, as seen from another one. `result` begins as a copy of the one it is seen from.

const { isHostless, isSlashed } = require('./protocols.js');

function resolveObject(result, relative) {
  result.hash = relative.hash;
  if (relative.href === '') return finished(result);
  if (relative.slashes && !relative.protocol) return ofHost(result, relative);
  if (relative.protocol && relative.protocol !== result.protocol) return ofProtocol(result, relative);
  return ofPath(result, relative);
}

function finished(result) {
  result.href = result.format();
  return result;
}

/** `path` is what http.request takes. */
function setPath(result) {
  result.path = (result.pathname || '') + (result.search || '');
}

/** All but the protocol comes from `//host/path`. */
function ofHost(result, relative) {
  for (const key of Object.keys(relative)) if (key !== 'protocol') result[key] = relative[key];
  if (isSlashed(result.protocol) && result.hostname && !result.pathname) result.path = result.pathname = '/';
  return finished(result);
}

function ofProtocol(result, relative) {
  if (!isSlashed(relative.protocol)) return finished(Object.assign(result, relative));
  result.protocol = relative.protocol;
  let { host, hostname, pathname } = relative;
  if (!host && !/^file:?$/.test(relative.protocol) && !isHostless(relative.protocol)) {
    // The first part of the path is the host, which must be there.
    const parts = (pathname || '').split('/');
    while (parts.length > 0 && !host) host = parts.shift();
    host ||= '';
    hostname ||= '';
    if (parts[0] !== '') parts.unshift('');
    if (parts.length < 2) parts.unshift('');
    pathname = parts.join('/');
  }
  result.pathname = pathname;
  result.search = relative.search;
  result.query = relative.query;
  result.host = host || '';
  result.auth = relative.auth;
  result.hostname = hostname || host;
  result.port = relative.port;
  if (result.pathname || result.search) setPath(result);
  result.slashes = result.slashes || relative.slashes;
  return finished(result);
}

/** The user of `user@host`, which may be found in the host alone. */
function splitUser(result) {
  if (!result.host || result.host.indexOf('@') <= 0) return;
  const [user, host] = result.host.split('@');
  result.auth = user;
  result.host = result.hostname = host;
}

function putFirst(parts, host) {
  if (parts[0] === '') parts[0] = host;
  else parts.unshift(host);
}

const isAbsolutePath = (path) => Boolean(path) && path[0] === '/';

function ofPath(result, relative) {
  let { host, hostname, port } = relative;
  const relativeIsAbsolute = Boolean(host) || isAbsolutePath(relative.pathname);
  let mustBeAbsolute =
    relativeIsAbsolute || isAbsolutePath(result.pathname) || Boolean(result.host && relative.pathname);
  const staysBelow = mustBeAbsolute;
  let parts = result.pathname ? result.pathname.split('/') : [];
  const others = relative.pathname ? relative.pathname.split('/') : [];
  // Without slashes, `..` can go up into the host: that is the first part meanwhile.
  const hostInPath = Boolean(result.protocol) && !isSlashed(result.protocol);
  if (hostInPath) {
    result.hostname = '';
    result.port = null;
    if (result.host) putFirst(parts, result.host);
    result.host = '';
    if (relative.protocol) {
      hostname = null;
      port = null;
      result.auth = null;
      if (host) putFirst(others, host);
      host = null;
    }
    mustBeAbsolute = mustBeAbsolute && (others[0] === '' || parts[0] === '');
  }

  if (relativeIsAbsolute) {
    if (host || host === '') {
      // The user is of the other host: nobody else is told the password.
      if (result.host !== host) result.auth = null;
      result.host = host;
      result.port = port;
    }
    if (hostname || hostname === '') {
      if (result.hostname !== hostname) result.auth = null;
      result.hostname = hostname;
    }
    parts = others;
  } else if (others.length > 0) {
    parts.pop();
    parts = parts.concat(others);
  } else if (relative.search !== null && relative.search !== undefined) {
    return ofSearch(result, relative, hostInPath, parts);
  }
  if (relativeIsAbsolute || others.length > 0) {
    result.search = relative.search;
    result.query = relative.query;
  }
  if (parts.length === 0) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    return finished(result);
  }

  const last = parts.at(-1);
  const endsInDots = (result.host || host || parts.length > 1) && (last === '.' || last === '..');
  const endsInSlash = endsInDots || last === '';
  parts = withoutDots(parts, mustBeAbsolute || staysBelow);
  if (mustBeAbsolute && parts[0] !== '' && parts[0]?.[0] !== '/') parts.unshift('');
  if (endsInSlash && !parts.join('/').endsWith('/')) parts.push('');
  const isAbsolute = parts[0] === '' || isAbsolutePath(parts[0]);
  if (hostInPath) {
    result.hostname = result.host = isAbsolute ? '' : (parts.shift() ?? '');
    splitUser(result);
  }
  mustBeAbsolute = mustBeAbsolute || Boolean(result.host && parts.length > 0);
  if (mustBeAbsolute && !isAbsolute) parts.unshift('');
  if (parts.length === 0) result.pathname = result.path = null;
  else result.pathname = parts.join('/');
  if (result.pathname !== null || result.search !== null) setPath(result);
  result.auth = relative.auth || result.auth;
  result.slashes = result.slashes || relative.slashes;
  return finished(result);
}

function ofSearch(result, relative, hostInPath, parts) {
  if (hostInPath) {
    result.hostname = result.host = parts.shift();
    splitUser(result);
  }
  result.search = relative.search;
  result.query = relative.query;
  if (result.pathname !== null || result.search !== null) setPath(result);
  return finished(result);
}

/** The parts of a path without `.`, and with each `..` taken off what is before it. */
function withoutDots(parts, staysBelow) {
  const kept = [];
  let up = 0;
  for (const part of parts.toReversed()) {
    if (part === '.') continue;
    if (part === '..') up += 1;
    else if (up > 0) up -= 1;
    else kept.push(part);
  }
  if (!staysBelow) for (; up > 0; up--) kept.push('..');
  return kept.reverse();
}

module.exports = { resolveObject };
