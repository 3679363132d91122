// `google`: each library is evaluated when it is first touched.

const lazily = require('../internal/lazily.js');

module.exports = {
  cloud: lazily({
    automl: () => require('@google-cloud/automl'),
    bigquery: () => require('@google-cloud/bigquery'),
    datastore: () => require('@google-cloud/datastore'),
    firestore: () => require('@google-cloud/firestore'),
    functions: () => require('@google-cloud/functions'),
    pubsub: () => require('@google-cloud/pubsub'),
    storage: () => require('@google-cloud/storage'),
    tasks: () => require('@google-cloud/tasks'),
  }),
};
