import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { get, post } from '../api.js';
import { order, rowOf } from '../events/store.js';
import { useKeys } from '../keys.jsx';
import { Outcome } from '../outcome/outcome.jsx';
import { ClassLabel } from '../parts/mark.jsx';
import { narrow } from '../parts/media.js';
import { say, saying } from '../parts/notice.jsx';
import { Section } from '../parts/section.jsx';
import { Trouble } from '../parts/trouble.jsx';
import { useTask } from '../parts/use-task.js';
import { go, route } from '../route.js';
import { functions } from '../state.js';
import { duration, eventName, KINDS } from '../words.js';
import { chosen, input, overrides, parsed, pretty, settings, take, toggleBatch } from './draft.js';
import { EditorPlace } from './editor-place.jsx';

/** How many events of the history can be chosen from. */
const RECENT = 30;

const choose = (part) => (chosen.value = { ...chosen.value, ...part });

/** The function that is chosen: the first that can be run, as long as nobody has chosen one. */
const current = () =>
  functions.value.find(({ name }) => name === chosen.value.function) ??
  functions.value.find(({ error }) => !error) ??
  functions.value[0];

export function RunView() {
  const task = useTask();
  const outcomePane = useRef();
  const { event, function: asked, now } = route.value.query;

  const run = () =>
    task.run(async () => {
      const { handler } = chosen.peek();
      const fn = current();
      const body = { function: fn.name, input: parsed(input.peek(), 'event') };
      if (handler) body.handler = handler;
      const changed = overrides(settings.peek(), fn.settings);
      if (changed) body.settings = changed;
      const answer = await post('run', body);
      if (narrow.value) outcomePane.current.scrollIntoView();
      say(`${fn.name}: ${answer.outcome.class}, ${duration(answer.outcome.ms)}`);
      return { ...answer, name: fn.name };
    });
  useKeys({ 'Control+Enter': run });
  useEffect(() => {
    if (asked) chooseFunction(asked);
    if (!event) return;
    saying(async () => {
      await take('events', event);
      if (!now) return;
      // Once: not again when one comes back here.
      go('run', undefined, { event, function: asked }, true);
      await run();
    });
  }, [event, asked]);

  if (functions.value.length === 0) return <p class="nothing dim">There is no function.</p>;
  return (
    <div class="split has-detail run">
      <section class="pane run-input" aria-label="Input">
        <Choices task={task} run={run} />
        <EditorPlace text={input} label="Event" onRun={run} completes />
        <SettingsEditor run={run} />
      </section>
      <section ref={outcomePane} class="pane detail run-outcome" aria-label="Outcome">
        {task.error && <Trouble error={task.error} />}
        {task.value && <Result key={task.value} {...task.value} />}
        {!task.value && !task.error && (
          <div class="nothing dim">
            <p>{task.busy ? 'Running…' : 'What the function does will be here.'}</p>
            <p>
              <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs it.
            </p>
          </div>
        )}
      </section>
    </div>
  );
}

function chooseFunction(name) {
  choose({ function: name, handler: '' });
  settings.value = null;
}

function Choices({ task, run }) {
  const samples = useSignal([]);
  useEffect(() => {
    saying(async () => (samples.value = (await get('samples')).samples));
  }, []);
  const fn = current();
  const { handler } = chosen.value;
  const pick = (event) => {
    const [kind, name] = event.currentTarget.value.split(' ');
    event.currentTarget.value = '';
    if (name) saying(() => take(kind, name));
  };
  const recent = order.value.slice(0, RECENT).map(rowOf);
  return (
    <form class="choices" aria-label="What runs" onSubmit={(event) => event.preventDefault()}>
      <label>
        Function
        <select value={fn.name} onChange={(event) => chooseFunction(event.currentTarget.value)}>
          {functions.value.map(({ name, error }) => (
            <option value={name} disabled={Boolean(error)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Handler
        <select value={handler} onChange={(event) => choose({ handler: event.currentTarget.value })}>
          <option value="">by the event</option>
          {fn.handlers.map((name) => (
            <option value={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Event
        <select value="" onChange={pick}>
          <option value="">take another…</option>
          <optgroup label="Samples">
            {samples.value.map(({ name, title }) => (
              <option value={`samples ${name}`}>{title}</option>
            ))}
          </optgroup>
          <optgroup label="History">
            {recent.map((row) => (
              <option value={`events ${row.id}`}>{`${row.type} ${eventName(row)}`}</option>
            ))}
          </optgroup>
        </select>
      </label>
      <div class="choices-end">
        <button type="button" class="button" onClick={() => saying(async () => toggleBatch())}>
          {/^\s*\[/.test(input.value) ? 'As one event' : 'As a batch'}
        </button>
        <button type="button" class="button main" title="Run (Ctrl+Enter)" disabled={task.busy} onClick={run}>
          {task.busy ? 'Running…' : 'Run'}
        </button>
      </div>
    </form>
  );
}

function SettingsEditor({ run }) {
  const fn = current();
  const known = pretty(fn.settings ?? {});
  const open = (event) => {
    if (event.currentTarget.open) settings.value ??= known;
  };
  return (
    <details class="settings" onToggle={open} open={settings.value !== null}>
      <summary>
        Settings
        <span class="dim">
          {' '}
          {settings.value === null || settings.value === known ? `of ${fn.name}` : 'changed for this run'}
        </span>
      </summary>
      {settings.value !== null && (
        <>
          <EditorPlace text={settings} label="Settings" onRun={run} />
          <button type="button" class="button quiet" onClick={() => (settings.value = known)}>
            Reset
          </button>
        </>
      )}
    </details>
  );
}

function Result({ name, outcome, text }) {
  const { handler, kind } = outcome;
  return (
    <>
      <div class={`step-head is-${outcome.class}`}>
        <h2>{name}</h2>
        <ClassLabel class={outcome.class} />
        <span class="dim">{[handler, KINDS[kind], duration(outcome.ms)].filter(Boolean).join(' · ')}</span>
      </div>
      <Outcome outcome={outcome} />
      {text && (
        <Section title="As segfn run prints it" copy={text} open={Boolean(outcome.error && !outcome.error.frame)}>
          <pre class="frame" tabIndex={0}>
            {text}
          </pre>
        </Section>
      )}
    </>
  );
}
