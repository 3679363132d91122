// What every script begins with.

const client = {
  endpoint: settings.endpoint,
  region: 'us-west-2',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  s3ForcePathStyle: true,
};

function show(label, value) {
  console.log(`## ${label}`);
  console.dir(value, { depth: 6 });
}

// What is thrown, or what a promise is rejected with: its printed form, its fields, its names.
async function fails(label, attempt) {
  try {
    show(`${label}: no error`, await attempt());
  } catch (error) {
    show(label, error);
    console.log(Object.keys(error), JSON.stringify(error), String(error), error.name, error instanceof Error);
    console.log(error.stack.split('\n')[0]);
  }
}
