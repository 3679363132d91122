'use strict';

// `google`: each library is evaluated when it is first touched.

const libraries = {
  automl: () => require('@google-cloud/automl'),
  bigquery: () => require('@google-cloud/bigquery'),
  datastore: () => require('@google-cloud/datastore'),
  firestore: () => require('@google-cloud/firestore'),
  functions: () => require('@google-cloud/functions'),
  pubsub: () => require('@google-cloud/pubsub'),
  storage: () => require('@google-cloud/storage'),
  tasks: () => require('@google-cloud/tasks'),
};

const cloud = {};
for (const [name, load] of Object.entries(libraries)) {
  Object.defineProperty(cloud, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = load();
      Object.defineProperty(cloud, name, { configurable: true, enumerable: true, writable: true, value });
      return value;
    },
    set(value) {
      Object.defineProperty(cloud, name, { configurable: true, enumerable: true, writable: true, value });
    },
  });
}

module.exports = { cloud };
