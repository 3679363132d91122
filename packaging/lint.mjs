// `make lint` for what only runs elsewhere: workflows, the action, the Dockerfile, shell scripts, and Python.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const { validateAction } = createRequire(import.meta.url)('@action-validator/core');
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
const tools = join(here, '.linters', 'bin');

/** Runs one of the tools of linters.txt, which find each other on the path. */
function run(tool, args, input) {
  const env = { ...process.env, PATH: tools + delimiter + process.env.PATH };
  const { status, stdout, stderr, error } = spawnSync(join(tools, tool), args, {
    cwd: root,
    env,
    input,
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) fail(stdout + stderr);
}

function fail(text) {
  console.error(text);
  process.exitCode = 1;
}

/** An action's steps as a job, because actionlint knows workflows alone. Both have `inputs`. */
function asWorkflow({ inputs, outputs, runs: { steps } }) {
  const types = Object.entries(inputs).map(([name, input]) => [name, { ...input, type: 'string' }]);
  const values = Object.entries(outputs).map(([name, { value }]) => [name, value]);
  return stringify({
    on: { workflow_call: { inputs: Object.fromEntries(types) } },
    jobs: { action: { 'runs-on': 'ubuntu-latest', steps, outputs: Object.fromEntries(values) } },
  });
}

run('actionlint', []);
// What `segfn init` writes.
run('actionlint', ['src/project/starter/files/workflow.yml']);
const action = readFileSync(join(root, 'action.yml'), 'utf8');
for (const each of validateAction(action).errors) fail(`action.yml: ${JSON.stringify(each)}`);
run('actionlint', ['-stdin-filename', 'action.yml (as a workflow)', '-'], asWorkflow(parse(action)));

const isShell = (file) => /^#!.*\b(ba)?sh\n/.test(readFileSync(file, 'utf8'));
const folders = [here, join(here, 'action'), ...['scripts', '.ci', 'deploy/lambda'].map((name) => join(root, name))];
const scripts = folders.flatMap((folder) => {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => join(folder, name)).filter(isShell);
});
run(
  'shellcheck',
  scripts.map((file) => relative(root, file)),
);
for (const each of [
  ['format', '--check', '--quiet'],
  ['check', '--quiet'],
])
  run('ruff', [...each, 'deploy']);
run('hadolint', ['packaging/docker/Dockerfile']);
