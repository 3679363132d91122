import { useState } from 'preact/hooks';
import { post } from '../api.js';
import { base } from '../cases/base.js';
import { Comparison } from '../cases/comparison.jsx';
import { Outcome } from '../outcome/outcome.jsx';
import { ClassLabel } from '../parts/mark.jsx';
import { say } from '../parts/notice.jsx';
import { Trouble } from '../parts/trouble.jsx';
import { useTask } from '../parts/use-task.js';
import { address, go } from '../route.js';
import { duration, KINDS, until } from '../words.js';

/** Whether the function only changed the event for those after it, which see it as it is now. */
const passesOn = ({ kind, class: of }) => of === 'success' && kind?.startsWith('insert');

/** What one function made of an event, and what can be done about it. */
export function Step({ id, step, onChange }) {
  const { function: name, kind, class: of, ms, attempt, nextRetryAt, reason, outcome } = step;
  const comparison = useTask();
  const [naming, setNaming] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const retry = useTask();

  const retryNow = () =>
    retry.run(async () => {
      await post('retry', { id, function: name });
      say(`${name} is called again`);
      onChange();
    });
  const compare = () =>
    comparison.run(async () => {
      const against = base.peek();
      return { report: await post('compare', { function: name, base: against, id }), base: against };
    });
  return (
    <li class={`step is-${of}`}>
      <div class="step-head">
        <h3>{name}</h3>
        <ClassLabel class={of} />
        <span class="dim">
          {[KINDS[kind], duration(ms), attempt > 1 && `attempt ${attempt}`].filter(Boolean).join(' · ')}
        </span>
        {nextRetryAt && <span class="next">retried {until(nextRetryAt)}</span>}
      </div>
      {reason && <p class="reason">{reason}</p>}
      {outcome && (
        <details class="fold" open={!passesOn(step)}>
          <summary class="dim">What it did</summary>
          <div class="actions">
            {of === 'retry' && (
              <button class="button main" disabled={retry.busy} onClick={retryNow}>
                Retry now
              </button>
            )}
            <button class="button" onClick={() => go('run', undefined, { event: id, function: name, now: 1 })}>
              Run again
            </button>
            <button class="button" aria-expanded={naming} onClick={() => setNaming(!naming)}>
              Save as case
            </button>
            <button class="button" disabled={comparison.busy} onClick={compare}>
              {comparison.busy ? 'Comparing…' : `Compare with ${base.value}`}
            </button>
            <button
              class="button quiet"
              title="Another version"
              aria-expanded={choosing}
              onClick={() => setChoosing(!choosing)}
            >
              <span aria-hidden="true">…</span>
              <span class="hidden-text">Another version</span>
            </button>
          </div>
          {retry.error && <Trouble error={retry.error} />}
          {naming && <CaseForm id={id} name={name} onDone={() => setNaming(false)} />}
          {choosing && (
            <VersionForm
              busy={comparison.busy}
              onDone={() => setChoosing(false)}
              onChosen={(version) => {
                base.value = version;
                setChoosing(false);
                compare();
              }}
            />
          )}
          {comparison.error && <Trouble error={comparison.error} />}
          {comparison.value && (
            <div class="comparison">
              <Comparison {...comparison.value} />
            </div>
          )}
          <Outcome outcome={outcome} />
        </details>
      )}
    </li>
  );
}

const onEscape = (act) => (event) => {
  if (event.key !== 'Escape') return;
  event.preventDefault();
  act();
};

/** Asks for the version that a function is compared with. */
function VersionForm({ busy, onDone, onChosen }) {
  const choose = (event) => {
    event.preventDefault();
    onChosen(event.currentTarget.elements.version.value.trim());
  };
  return (
    <form class="case-form" onSubmit={choose}>
      <label>
        Version
        <input
          name="version"
          class="mono"
          defaultValue={base.value}
          placeholder="git:REVISION, or a path"
          required
          autocomplete="off"
          spellcheck={false}
          ref={(input) => input?.focus()}
          onKeyDown={onEscape(onDone)}
        />
      </label>
      <button class="button main" disabled={busy}>
        Compare
      </button>
    </form>
  );
}

/** Asks for a case's name, and saves it. Without a name it gets the one that `segfn record` would give. */
function CaseForm({ id, name, onDone }) {
  const saving = useTask();
  const save = async (event) => {
    event.preventDefault();
    const given = event.currentTarget.elements.case.value.trim();
    const saved = await saving.run(() => post('cases', { id, function: name, ...(given ? { name: given } : {}) }));
    if (!saved) return;
    say(`Saved ${saved.path}`);
    onDone();
    go('cases', name);
  };
  return (
    <form class="case-form" onSubmit={save}>
      <label>
        Name of the case
        <input
          name="case"
          class="mono"
          placeholder="from the event"
          autocomplete="off"
          spellcheck={false}
          ref={(input) => input?.focus()}
          onKeyDown={onEscape(onDone)}
        />
      </label>
      <button class="button main" disabled={saving.busy}>
        Save
      </button>
      <a class="dim" href={address('cases', name)}>
        all cases
      </a>
      {saving.error && <Trouble error={saving.error} />}
    </form>
  );
}
