// Does what GitHub's runner does with a composite action: evaluates expressions, runs the steps' scripts, and carries
// outputs, the path and the environment from step to step by files. Steps that use other actions are only noted.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { Evaluator, Lexer, Parser, data } from '@actions/expressions';
import { parse } from 'yaml';
import { environment, root, run } from './support.mjs';

/** Runs action.yml in `workspace`, and gives what came of it. `tools` is the folder of tools of an earlier run. */
export async function runAction(workspace, { inputs: given = {}, github = {}, env: extra = {}, tools }) {
  const action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
  for (const name of Object.keys(given)) if (!action.inputs[name]) throw new Error(`there is no input ${name}`);
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default]);
  const temporary = mkdtempSync(join(workspace, '..', 'runner-'));
  const runner = { os: 'Linux', arch: 'X64', temp: temporary, tool_cache: tools ?? join(temporary, 'tools') };
  const files = fileCommands(temporary);
  const context = { inputs: { ...Object.fromEntries(defaults), ...given }, github, runner, steps: {} };
  const env = {
    ...environment(),
    ...extra,
    ...Object.fromEntries(Object.entries(files).map(([name, file]) => [`GITHUB_${name}`, file])),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: root,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temporary,
  };
  const result = { tools: runner.tool_cache, log: '', used: [], ran: [], conclusion: 'success' };
  for (const step of action.runs.steps) {
    const known = { ...context, status: result.conclusion };
    if (!evaluateCondition(step.if ?? 'success()', known)) continue;
    const replaced = replaceAll(step, known);
    if (step.uses) {
      result.used.push({ uses: step.uses, with: replaced.with });
      continue;
    }
    writeFileSync(files.OUTPUT, '');
    const { code, stdout, stderr } = await run(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', replaced.run],
      {
        cwd: resolve(workspace, replaced['working-directory'] ?? '.'),
        env: { ...env, ...replaced.env },
      },
    );
    result.log += stdout + stderr;
    result.ran.push(step.name);
    if (code !== 0) result.conclusion = 'failure';
    const added = readFileSync(files.PATH, 'utf8').split('\n').filter(Boolean).reverse();
    env.PATH = [...added, ...environment().PATH.split(delimiter)].join(delimiter);
    if (step.id) context.steps[step.id] = { outputs: pairs(readFileSync(files.OUTPUT, 'utf8')) };
  }
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, replace(value, context)]);
  return { ...result, outputs: Object.fromEntries(outputs), summary: readFileSync(files.STEP_SUMMARY, 'utf8') };
}

function fileCommands(folder) {
  mkdirSync(join(folder, 'commands'));
  const names = ['OUTPUT', 'PATH', 'ENV', 'STEP_SUMMARY'];
  const files = Object.fromEntries(names.map((name) => [name, join(folder, 'commands', name)]));
  for (const file of Object.values(files)) writeFileSync(file, '');
  return files;
}

const pairs = (text) =>
  Object.fromEntries(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(/=(.*)/s)),
  );

function toData(value) {
  if (typeof value !== 'object' || value === null) return new data.StringData(String(value ?? ''));
  return new data.Dictionary(...Object.entries(value).map(([key, each]) => ({ key, value: toData(each) })));
}

/** The functions that tell how the steps before went. */
const STATUS = ['success', 'failure', 'cancelled', 'always'];

function evaluate(text, { status = 'success', ...contexts }) {
  const lexed = new Lexer(text).lex();
  const functions = STATUS.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(name === 'always' || name === status),
  }));
  const expression = new Parser(lexed.tokens, Object.keys(contexts), functions).parse();
  const known = new Map(functions.map((each) => [each.name, each]));
  return new Evaluator(expression, toData(contexts), known).evaluate();
}

function evaluateCondition(text, contexts) {
  const bare = String(text).replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const asks = STATUS.some((name) => bare.includes(`${name}(`));
  return evaluate(asks ? bare : `success() && (${bare})`, contexts).coerceString() === 'true';
}

const replace = (text, contexts) =>
  text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression) => evaluate(expression.trim(), contexts).coerceString());

/** All texts in a step, with the values of their expressions. */
function replaceAll(value, contexts) {
  if (typeof value === 'string') return replace(value, contexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaceAll(each, contexts)]));
}
