// Runs the body of a handler as segfn would, with the platform's globals made of the same packages:
// node node.cjs SCRIPT SETTINGS, of which the last is JSON.

const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');

const packages = createRequire(join(__dirname, '../../../js/package.json'));
const nodeFetch = packages('node-fetch');
const of = {
  fetch: () => nodeFetch,
  Headers: () => nodeFetch.Headers,
  Request: () => nodeFetch.Request,
  Response: () => nodeFetch.Response,
  crypto: () => require('node:crypto'),
  https: () => require('node:https'),
  zlib: () => ({ zlib: require('node:zlib') }),
  _: () => packages('lodash'),
  atob: () => packages('atob'),
  btoa: () => packages('btoa'),
  AWS: () => packages('aws-sdk'),
  FormData: () => packages('form-data'),
  OAuth: () => packages('oauth'),
  xml: () => packages('xml'),
  xml2js: () => packages('xml2js'),
  moment: () => packages('moment-timezone'),
  jsonwebtoken: () => packages('jsonwebtoken'),
  stripe: () => packages('stripe'),
  twilio: () => packages('twilio'),
  sendgrid: () => ({ client: packages('@sendgrid/client'), mail: packages('@sendgrid/mail') }),
  jsforce: () => packages('jsforce'),
  google: () => ({
    cloud: Object.fromEntries(
      ['automl', 'bigquery', 'datastore', 'firestore', 'functions', 'pubsub', 'storage', 'tasks'].map((name) => [
        name,
        packages(`@google-cloud/${name}`),
      ]),
    ),
  }),
  uuidv5: () => ({ uuidv5: packages('uuidv5') }),
  winstonlib: () => ({ winston: packages('winston') }),
  nodemailjet: () => ({ nodemailjet: packages('node-mailjet') }),
  skyflowlib: () => ({ skyflow: packages('skyflow-node') }),
  hubspotlib: () => ({ hubspot: packages('@hubspot/api-client') }),
  libphonenumberjslib: () => ({ libphonenumberjs: packages('libphonenumber-js') }),
  fetchretrylib: () => ({ fetchretry: packages('fetch-retry') }),
  mailchimplib: () => ({ mailchimp: packages('@mailchimp/mailchimp_marketing') }),
  azure: () => ({
    identity: packages('@azure/identity'),
    eventHubs: packages('@azure/event-hubs'),
    synapse: packages('@azure/synapse-artifacts'),
  }),
  jsftp: () => packages('jsftp'),
  cryptojslib: () => ({ cryptojs: packages('crypto-js') }),
  akeylessLabs: () => ({ akeyless: packages('akeyless'), akeylessCloudId: packages('akeyless-cloud-id') }),
  oneSignal: () => ({ oneSignal: packages('@onesignal/node-onesignal') }),
  pg: () => ({ pg: packages('pg') }),
  snowflakesdk: () => ({ snowflakesdk: packages('snowflake-sdk') }),
  clickHouseClient: () => ({ clickHouseClient: packages('@clickhouse/client') }),
  aws4: () => ({ aws4: packages('aws4') }),
  sentrylib: () => ({ sentry: packages('@sentry/node') }),
};
for (const [name, get] of Object.entries(of)) {
  Object.defineProperty(globalThis, name, { configurable: true, get });
}

const [file, settings] = process.argv.slice(2);
const AsyncFunction = (async () => {}).constructor;
new AsyncFunction('event', 'settings', readFileSync(file, 'utf8'))({}, JSON.parse(settings));
