// What two requests by node-fetch take in Node where the package was used once before: the processor's time in ms. A case
// of a function that makes them takes no less, however it is run: its process knows the package's code, and no more.
const { fork } = require('node:child_process');
const http = require('node:http');

function serve() {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end('{"name":"Customer","plan":"free"}');
    });
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function measure(port) {
  const fetch = require('node-fetch');
  const api = `http://127.0.0.1:${port}`;
  const use = async () => {
    const customer = await fetch(`${api}/customers/7?fields=name,plan`, {
      headers: { Authorization: 'Bearer of-nobody' },
    });
    const body = JSON.stringify(await customer.json());
    const told = await fetch(`${api}/notify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    return told.status;
  };
  await use();
  const before = process.cpuUsage();
  await use();
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1000);
}

if (process.argv[2] === 'serve') serve();
else {
  const server = fork(__filename, ['serve']);
  server.once('message', (port) => measure(port).finally(() => server.kill()));
}
