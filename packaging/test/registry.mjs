// A registry of npm packages on loopback: what it answers is what npm's answers.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { list } from 'tar';
import { packages } from './support.mjs';

/** Serves the tarballs in .work/packages: all, or those that are named. */
export async function registry(names) {
  const found = new Map();
  for (const file of readdirSync(packages)) {
    const bytes = readFileSync(join(packages, file));
    const manifest = await manifestOf(join(packages, file));
    if (!names || names.includes(manifest.name)) found.set(manifest.name, { file, bytes, manifest });
  }
  const asked = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).slice(1);
    asked.push(path);
    const tarball = [...found.values()].find(({ file }) => path === `-/${file}`);
    if (tarball) {
      response.setHeader('content-type', 'application/octet-stream');
      return response.end(tarball.bytes);
    }
    const entry = found.get(path);
    response.statusCode = entry ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(entry ? packument(entry, address) : { error: 'Not found' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${server.address().port}`;
  return { address, asked, close: () => server.close() };
}

function packument({ file, bytes, manifest }, address) {
  const dist = {
    tarball: `${address}/-/${file}`,
    shasum: createHash('sha1').update(bytes).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
  };
  const { name, version } = manifest;
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    time: { [version]: '2026-01-01T00:00:00.000Z' },
  };
}

async function manifestOf(file) {
  let text = '';
  await list({
    file,
    onReadEntry: (entry) => entry.path === 'package/package.json' && entry.on('data', (data) => (text += data)),
  });
  return JSON.parse(text);
}
