// The peer of `segfn serve`: a plain Node server that loads a function the way the platform does, takes batches of
// events, calls the function with each, and answers. It keeps and shows nothing.
//
//   node peer-server.cjs FUNCTION PORT
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const vm = require('node:vm');

const [file, port] = process.argv.slice(2);
const handlers = ['onIdentify', 'onTrack', 'onPage', 'onScreen', 'onGroup', 'onAlias', 'onDelete'];
const globals = { console, Buffer, URL, setTimeout, clearTimeout };
const copy = handlers.map((name) => `if (typeof ${name} === 'function') out.${name} = ${name};`).join('');
const source = `(function (out,${handlers.join(',')}) {\n${fs.readFileSync(file, 'utf8')}\n${copy}\n})`;
const exported = {};
vm.runInContext(source, vm.createContext(globals), { filename: path.basename(file), lineOffset: -1 })(exported);

async function call(event) {
  const handler = `on${event.type[0].toUpperCase()}${event.type.slice(1)}`;
  try {
    return { class: 'success', value: await exported[handler](event, {}) };
  } catch (error) {
    return { class: 'discard', error: { name: error.name, message: error.message } };
  }
}

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (data) => parts.push(data));
  request.on('end', async () => {
    const { batch } = JSON.parse(Buffer.concat(parts));
    for (const event of batch) await call(event);
    response.setHeader('content-type', 'application/json');
    response.end('{"success":true}');
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
