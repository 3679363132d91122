import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, post } from '../api.js';
import { useKeys } from '../keys.jsx';
import { say } from '../parts/notice.jsx';
import { Sides } from '../parts/sides.jsx';
import { Trouble } from '../parts/trouble.jsx';
import { useTask } from '../parts/use-task.js';
import { address, route } from '../route.js';
import { functions } from '../state.js';
import { counted, duration, KINDS } from '../words.js';
import { base } from './base.js';
import { Comparison } from './comparison.jsx';

const SIGNS = { passed: '✓', failed: '✕', broken: '✕', flaky: '≈', accepted: '✓', 'not-run': '–' };

/** A function's cases: what they say of it now, and what to do about that. */
export function CasesView() {
  const name = route.value.rest[0] ?? functions.value[0]?.name;
  if (!name) return <p class="nothing dim">There is no function.</p>;
  return (
    <div class="split with-menu">
      <nav class="pane menu" aria-label="Functions">
        {functions.value.map((each) => (
          <a href={address('cases', each.name)} aria-current={each.name === name ? 'true' : undefined}>
            {each.name} <span class="dim">{KINDS[each.kind]}</span>
          </a>
        ))}
      </nav>
      <section class="pane detail" aria-label={`Cases of ${name}`}>
        <Cases key={name} name={name} />
        <Versions key={`versions of ${name}`} name={name} />
      </section>
    </div>
  );
}

function Cases({ name }) {
  const cases = useSignal(null);
  const failed = useSignal(null);
  /** Results by a case's name, of its last run here. */
  const results = useSignal({});
  const task = useTask();
  useEffect(() => {
    get('cases', { function: name }).then(
      (answer) => (cases.value = answer.cases),
      (error) => (failed.value = error),
    );
  }, [name]);

  const run = (only) =>
    task.run(async () => {
      const answer = await post('test', { function: name, ...(only ? { cases: [only] } : {}) });
      const lines = answer.cases.map((line) => [cases.value.find((each) => isOf(line, each))?.name ?? line.case, line]);
      results.value = { ...results.value, ...Object.fromEntries(lines) };
      const { passed = 0, failed = 0, broken = 0 } = answer.totals;
      say(`${counted(passed + failed + broken, 'case')}: ${passed} passed, ${failed + broken} failed`);
    });
  const accept = async (one) => {
    const accepted = await task.run(() => post('accept', { function: name, case: one }));
    if (!accepted) return;
    say(`Accepted ${one}`);
    await run(one);
  };
  useKeys({ 'Control+Enter': () => run() });

  const all = cases.value ?? [];
  return (
    <>
      <div class="detail-head">
        <h2 class="detail-title">{name}</h2>
        <div class="actions">
          <button class="button main" disabled={task.busy || all.length === 0} onClick={() => run()} title="Ctrl+Enter">
            {task.busy ? 'Running…' : 'Run all cases'}
          </button>
        </div>
      </div>
      {failed.value && <Trouble error={failed.value} />}
      {task.error && <Trouble error={task.error} />}
      {cases.value && all.length === 0 && (
        <p class="dim">
          {name} has no case yet. Open an event of <a href={address('events')}>Events</a> and save it as one.
        </p>
      )}
      <ul class="cases" aria-label="Cases">
        {all.map((each) => (
          <Case
            key={each.name}
            {...each}
            result={results.value[each.name]}
            busy={task.busy}
            onRun={() => run(each.name)}
            onAccept={() => accept(each.name)}
          />
        ))}
      </ul>
    </>
  );
}

const isOf = (line, { name }) => line.case === name || line.case.endsWith(`/${name}`);

function Case({ name, path, result, busy, onRun, onAccept }) {
  const verdict = result?.verdict;
  const good = verdict === 'passed' || verdict === 'accepted';
  return (
    <li class={verdict ? `case is-${good ? 'success' : 'discard'}` : 'case'}>
      <div class="step-head">
        <h3>{name}</h3>
        {verdict && (
          <span class={`class is-${good ? 'success' : 'discard'}`}>
            <span class="sign" aria-hidden="true">
              {SIGNS[verdict]}
            </span>
            {verdict}
          </span>
        )}
        {result && <span class="dim">{duration(result.ms)}</span>}
        <span class="dim mono case-path">{path}</span>
        <div class="actions">
          {verdict === 'failed' && (
            <button class="button" disabled={busy} onClick={onAccept}>
              Accept
            </button>
          )}
          <button class="button quiet" disabled={busy} onClick={onRun} aria-label={`Run ${name}`}>
            Run
          </button>
        </div>
      </div>
      {result?.problems?.length > 0 && (
        <ul class="problems" aria-label="What differs">
          {result.problems.map((problem) => (
            <ProblemRow problem={problem} />
          ))}
        </ul>
      )}
      {result?.remedy && <p class="dim remedy">{result.remedy}</p>}
    </li>
  );
}

function ProblemRow({ problem: { path, text, expected, got } }) {
  if (path === undefined)
    return (
      <li>
        <pre class="problem-text">{text}</pre>
      </li>
    );
  return (
    <li>
      <code>{path}</code>
      <Sides before={expected} after={got} />
    </li>
  );
}

/** The history under two versions of the function: what `segfn diff` shows. */
function Versions({ name }) {
  const task = useTask();
  const compare = (event) => {
    event.preventDefault();
    const { version, limit, where } = event.currentTarget.elements;
    const condition = where.value.trim();
    base.value = version.value.trim();
    const body = { function: name, base: base.value };
    body.history = { limit: Number(limit.value), ...(condition ? { where: condition } : {}) };
    task.run(async () => ({ report: await post('compare', body), base: body.base }));
  };
  return (
    <section class="versions">
      <h3>Against another version</h3>
      <form class="choices" onSubmit={compare}>
        <label>
          Version
          <input name="version" class="mono" defaultValue={base.value} required spellcheck={false} />
        </label>
        <label>
          Last events
          <input name="limit" type="number" min="1" max="10000" defaultValue="200" required />
        </label>
        <label class="wide">
          That match (FQL)
          <input name="where" class="mono" placeholder='type = "track"' spellcheck={false} />
        </label>
        <button class="button" disabled={task.busy}>
          {task.busy ? 'Comparing…' : 'Compare'}
        </button>
      </form>
      {task.error && <Trouble error={task.error} />}
      {task.value && <Comparison {...task.value} />}
    </section>
  );
}
