// The `request` of a source function (spec section 4).
import { require } from "./require.js";

const ENDPOINT = "https://fn.segmentapis.com/";

function query(parameters) {
  if (parameters === undefined || parameters === null) return "";
  if (typeof parameters === "string") {
    return parameters.startsWith("?") ? parameters : `?${parameters}`;
  }
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, String(one));
  }
  return `?${search}`;
}

function absolute(url) {
  try {
    return url && new URL(url);
  } catch {
    return undefined;
  }
}

export class ServerRequest {
  #url;
  #headers;
  #rawHeaders;
  #json;
  #text;

  constructor({ body, headers, url, queryParameters } = {}) {
    if (typeof body === "string") this.#text = body;
    else if (typeof body === "object") this.#json = body;
    else throw new TypeError("unsupported body type");
    this.#url = absolute(url) || new URL(ENDPOINT + query(queryParameters));
    this.#rawHeaders = headers;
  }

  get url() {
    return this.#url;
  }

  // Made at first use: most functions read only the body, and `Headers` is node-fetch's.
  get headers() {
    if (this.#headers === undefined) {
      const { Headers } = require("node-fetch");
      const given = this.#rawHeaders ?? {};
      this.#headers = given instanceof Headers ? given : new Headers(given);
    }
    return this.#headers;
  }

  // Falsy values are parsed, or written, again at each call: so does the platform.
  json() {
    if (!this.#json) this.#json = JSON.parse(this.#text);
    return this.#json;
  }

  text() {
    if (!this.#text) this.#text = JSON.stringify(this.#json);
    return this.#text;
  }
}
