// The one table of globals (DESIGN.md rule 2; spec section 3). The runtime and the docs are made
// from it. What the platform lacks (`require`, `process`, `module` …) is not in it and stays
// undeclared.
//
//   name     the global
//   from     the npm package, or what else it is, and `version`
//   make     makes it at first touch
import { cache } from "./cache.js";
import { errorClasses } from "./errors.js";
import { require } from "./require.js";
import { Segment } from "./segment.js";
import { ServerRequest } from "./server-request.js";
import { timers } from "./timers.js";
import { makeURL, web } from "./web.js";

const of = (file, name) => () => web(file, name);
const node = (module, name) => () => name === undefined ? require(module) : require(module)[name];
const is = (value) => () => value;

// The platform wraps some libraries in an object under their own name, and its documentation
// unwraps them in the handler (`zlib = zlib.zlib`), which fails in a warm instance. A reference to
// itself makes repeating that harmless.
const wrapped = (name, module) => () => {
  const library = require(module);
  if (library[name] === undefined) {
    Object.defineProperty(library, name, { value: library, writable: true, configurable: true });
  }
  return { [name]: library };
};

const platform = [
  { name: "AWS", from: "aws-sdk", version: "2.488.0", make: node("aws-sdk") },
  { name: "_", from: "lodash", version: "4.17.19", make: node("lodash") },
  { name: "fetch", from: "node-fetch", version: "2.6.0", make: node("node-fetch") },
  { name: "Headers", from: "node-fetch", version: "2.6.0", make: node("node-fetch", "Headers") },
  { name: "Request", from: "node-fetch", version: "2.6.0", make: node("node-fetch", "Request") },
  { name: "Response", from: "node-fetch", version: "2.6.0", make: node("node-fetch", "Response") },
  { name: "crypto", from: "Node's module", make: node("node:crypto") },
  { name: "https", from: "Node's module", make: node("node:https") },
  { name: "zlib", from: "Node's module", make: wrapped("zlib", "node:zlib") },
  { name: "Buffer", from: "Node", make: node("node:buffer", "Buffer") },
  { name: "FormData", from: "form-data", version: "2.4.0", make: node("form-data") },
  { name: "OAuth", from: "oauth", version: "0.9.15", make: node("oauth") },
  { name: "xml", from: "xml", version: "1.0.1", make: node("xml") },
  { name: "xml2js", from: "xml2js", version: "0.4.23", make: node("xml2js") },
  { name: "moment", from: "moment-timezone", version: "0.5.31", make: node("moment-timezone") },
  { name: "jsonwebtoken", from: "jsonwebtoken", version: "8.5.1", make: node("jsonwebtoken") },
  { name: "stripe", from: "stripe", version: "8.115.0", make: node("stripe") },
  { name: "twilio", from: "twilio", version: "3.68.0", make: node("twilio") },
  { name: "sendgrid", from: "@sendgrid/client, @sendgrid/mail", version: "7.4.7", make: node("sendgrid") },
  { name: "jsforce", from: "jsforce", version: "1.11.0", make: node("jsforce") },
  {
    name: "google",
    from: "@google-cloud/automl 2.2.0, bigquery 5.3.0, datastore 6.2.0, firestore 4.4.0, functions 1.1.0, pubsub 2.6.0, storage 5.3.0, tasks 2.6.0",
    make: node("google-cloud"),
  },
  { name: "uuidv5", from: "uuidv5", version: "1.0.0", make: wrapped("uuidv5", "uuidv5") },
  { name: "winstonlib", from: "winston", version: "2.4.6", make: wrapped("winston", "winston") },
  { name: "nodemailjet", from: "node-mailjet", version: "6.0.2", make: wrapped("nodemailjet", "node-mailjet") },
  { name: "skyflowlib", from: "skyflow-node", version: "1.8.0", make: wrapped("skyflow", "skyflow-node") },
  { name: "hubspotlib", from: "@hubspot/api-client", version: "8.8.1", make: wrapped("hubspot", "hubspot") },
  { name: "libphonenumberjslib", from: "libphonenumber-js", version: "1.10.26", make: wrapped("libphonenumberjs", "libphonenumber-js") },
  { name: "fetchretrylib", from: "fetch-retry", version: "5.0.5", make: wrapped("fetchretry", "fetch-retry") },
  { name: "mailchimplib", from: "@mailchimp/mailchimp_marketing", version: "3.0.80", make: wrapped("mailchimp", "mailchimp") },
  { name: "URL", from: "WHATWG", make: makeURL },
  { name: "URLSearchParams", from: "WHATWG", make: of("00_url", "URLSearchParams") },
  { name: "atob", from: "atob", version: "2.1.2", make: node("atob") },
  { name: "btoa", from: "btoa", version: "1.2.1", make: node("btoa") },
  { name: "cache", from: "Segment", make: is(cache) },
  { name: "Segment", from: "Segment", make: is(Segment) },
  { name: "ServerRequest", from: "Segment", make: is(ServerRequest) },
  ...Object.entries(errorClasses).map(([name, value]) => ({ name, from: "Segment", make: is(value) })),
  ...Object.entries(timers).map(([name, value]) => ({ name, from: "Node", make: is(value) })),
];

// Not promised by the platform's documentation, but of Node 20, and seen in real functions
// (spec section 3): a superset does no harm.
const web20 = {
  "01_dom_exception": ["DOMException"],
  "02_event": ["Event", "EventTarget", "MessageEvent"],
  "02_structured_clone": ["structuredClone"],
  "03_abort_signal": ["AbortController", "AbortSignal"],
  "06_streams": ["ReadableStream", "WritableStream", "TransformStream"],
  "08_text_encoding": ["TextEncoder", "TextDecoder"],
  "09_file": ["Blob"],
  "15_performance": ["performance"],
};
const superset = Object.entries(web20).flatMap(([file, names]) =>
  names.map((name) => ({ name, from: "Node 20", make: of(file, name) }))
);

export const table = platform;

// An accessor until the first touch or assignment, a plain writable property after it: all of the
// platform's globals can be assigned, and none costs anything before it is touched.
function defineLazily(target, entry) {
  const settle = (value) => {
    Object.defineProperty(target, entry.name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    return value;
  };
  Object.defineProperty(target, entry.name, {
    get() {
      return settle(entry.make());
    },
    set: settle,
    enumerable: true,
    configurable: true,
  });
}

export function defineGlobals(console) {
  const all = [...table, { name: "console", from: "Node", make: is(console) }];
  const window = {};
  for (const entry of all) {
    defineLazily(globalThis, entry);
    defineLazily(window, entry);
  }
  for (const entry of superset) defineLazily(globalThis, entry);
  // V8 gives an embedder's global object a nameless constructor.
  Object.getPrototypeOf(globalThis).constructor = Object;
  Object.defineProperty(globalThis, "window", {
    value: window,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return window;
}
