// A form of text, bytes and a file, sent by its own `submit`, by `pipe` and by fetch.
const make = () => {
  const form = new FormData();
  form._boundary = '--------------------------012345678901234567890123';
  form.append('text', 'grüße');
  form.append('number', 7);
  form.append('bytes', Buffer.from([0, 1, 254, 255]));
  form.append('file', Buffer.from('a,b\n1,2\n'), { filename: 'data.csv', contentType: 'text/csv' });
  form.append('guessed', Buffer.from('{}'), 'body.json');
  form.append('header', 'x', { header: { 'X-Mine': 'yes' } });
  return form;
};
console.log(new FormData().getBoundary().length, make().getBoundary(), make().getHeaders(), make().getHeaders({ Accept: 'x' }));
console.log(make().getLengthSync(), make().hasKnownLength());

const length = await new Promise((resolve, reject) => make().getLength((error, value) => (error ? reject(error) : resolve(value))));
console.log('length', length);

const chunks = [];
const form = make();
form.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
await new Promise((resolve) => {
  form.on('end', resolve);
  form.resume();
});
console.log(Buffer.concat(chunks).toString('latin1'));

const response = await fetch(`${settings.vendor}/form`, { method: 'POST', body: make(), headers: make().getHeaders() });
console.log(response.status, await response.json());
const own = await fetch(`${settings.vendor}/form`, { method: 'POST', body: make() });
console.log(own.status, await own.json());

const submitted = await new Promise((resolve, reject) =>
  make().submit(`${settings.vendor}/form`, (error, answer) => (error ? reject(error) : resolve(answer))),
);
console.log(submitted.statusCode, submitted.headers['content-type']);
submitted.resume();

try {
  new FormData().append('object', { a: 1 });
  console.log('an object is taken until it is read');
} catch (error) {
  console.log(error.name, error.message);
}
try {
  new FormData().append('list', [1]);
} catch (error) {
  console.log(error.name, error.message);
}
const failed = new FormData();
failed.on('error', (error) => console.log('error event', error.message));
failed.append('list', [1, 2]);
console.log(String(make()), FormData.name);
