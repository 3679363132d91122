// The classes URL and URLSearchParams, and what else ada does, in a bundle of its own: many functions use no more of Node.
const { ops } = host;

// (Names of classes would be changed by the bundler if this file had them too.)
const url = require('./internal/url/url.js');
const params = require('./internal/url/search-params.js');

module.exports = {
  URL: url.URL,
  URLSearchParams: params.URLSearchParams,
  /** The domain as a URL would have it, in ASCII or in Unicode; an empty text where it can't be. */
  domain: (name, unicode) => ops.op_ada_domain(name, unicode),
  /** A domain in ASCII by IDNA alone. */
  toASCII: (name) => ops.op_ada_idna(name),
  format: (href, fragment, unicode, search, auth) => ops.op_ada_format(href, fragment, unicode, search, auth),
};
