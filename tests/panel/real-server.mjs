// The real `segfn serve` over a copy of the example functions, and a server that stands for Slack.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { environment, root, segfn } from './program.mjs';

/** `{ host, status, close() }`: `status` is what it answers. */
async function startSlack() {
  const slack = { status: 200 };
  const server = createServer((request, response) => {
    response.writeHead(slack.status, { 'content-type': 'text/html' });
    request.resume().on('end', () => response.end('ok'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  slack.host = `127.0.0.1:${server.address().port}`;
  slack.close = () => server.close();
  return slack;
}

/** Makes a git repository of the folder, with all of its files in its first commit. */
function commit(folder) {
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'one');
}

/**
 * `{ url, folder, slack, post(path, body, headers), send(event), settled(), close() }` over copies of these functions, in git, and of `files`:
 * texts by their names.
 */
export async function start(functions, files = {}) {
  const slack = await startSlack();
  const folder = mkdtempSync(join(tmpdir(), 'segfn-serve-'));
  for (const name of functions) cpSync(join(root, 'functions', name), join(folder, name), { recursive: true });
  const settings = { webhookUrl: `http://${slack.host}/services/T0/B0/XX`, threshold: '1000' };
  writeFileSync(join(folder, 'slack-alerts/settings.json'), JSON.stringify(settings));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  commit(folder);
  const serve = spawn(segfn, ['serve', '--port', '0', '--json'], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    serve.on('exit', (code) => reject(new Error(`segfn serve ended with ${code}`)));
    createInterface(serve.stdout).on('line', (line) => {
      const told = JSON.parse(line);
      if (told.url) resolve(told.url);
    });
  });
  const post = async (path, body, headers = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('any-key:')}`, ...headers },
      body,
    });
    if (answer.status !== 200) throw new Error(`${path} is answered with ${answer.status}`);
  };
  return {
    url,
    folder,
    slack,
    post,
    send: (event) => post(`/v1/${event.type}`, JSON.stringify(event)),
    /** Waits until no function is being called, and no event waits for a batch. */
    async settled() {
      for (;;) {
        const answer = await fetch(`${url}/api/events?class=pending`, { headers: { 'segfn-panel': '1' } });
        if ((await answer.json()).events.length === 0) return;
        await setTimeout(200);
      }
    },
    async close() {
      slack.close();
      if (serve.exitCode === null) {
        const ended = new Promise((resolve) => serve.on('exit', resolve));
        serve.kill('SIGINT');
        await ended;
      }
      rmSync(folder, { recursive: true });
    },
  };
}
