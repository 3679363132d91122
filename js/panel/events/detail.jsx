import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { get, post } from '../api.js';
import { useKeys } from '../keys.jsx';
import { JsonTree } from '../outcome/json-tree.jsx';
import { say, saying } from '../parts/notice.jsx';
import { Section } from '../parts/section.jsx';
import { Trouble } from '../parts/trouble.jsx';
import { address, go } from '../route.js';
import { bytes, clock, eventName } from '../words.js';
import { revision, rowOf } from './store.js';
import { Step } from './step.jsx';

/** One event with all that came of it: `id` as the address has it. It is loaded again when its row changes. */
export function Detail({ id }) {
  const event = useSignal(null);
  const error = useSignal(null);
  const title = useRef();

  const load = async () => {
    try {
      event.value = await get(`events/${encodeURIComponent(id)}`);
      error.value = null;
    } catch (failed) {
      error.value = failed;
    }
  };
  const seen = useRef();
  useSignalEffect(() => {
    revision.value;
    const row = rowOf(id);
    if (seen.current === undefined || (row && row !== seen.current)) load();
    seen.current = row ?? null;
  });
  useEffect(() => title.current?.focus({ preventScroll: true }), [event.value === null]);
  const edit = () => go('run', undefined, { event: id });
  useKeys({ e: edit, Escape: () => go('events') });

  const replay = () =>
    saying(async () => {
      const { id: again } = await post('replay', { id: row.id });
      say('Sent through the pipeline again');
      if (again) go('events', String(again));
    });

  const { raw, steps, ...row } = event.value ?? {};
  return (
    <section class="pane detail" aria-label="Event">
      <div class="detail-head">
        <a class="button quiet back" href={address('events')} title="Back (Esc)">
          <span aria-hidden="true">←</span> Events
        </a>
        {event.value && (
          <div class="actions">
            <button class="button" onClick={replay}>
              Send again
            </button>
            <button class="button" onClick={edit} title="Edit and run (e)">
              Edit and run
            </button>
          </div>
        )}
      </div>
      {error.value && <Trouble error={error.value} />}
      {event.value && (
        <>
          <h2 ref={title} tabIndex={-1} class="detail-title">
            <span class="type">{row.type}</span> {eventName(row)}
          </h2>
          <dl class="facts">
            <Fact name="received" value={clock(row.receivedAt, true)} />
            <Fact name="source" value={row.source} />
            <Fact name="user" value={row.userId} />
            <Fact name="size" value={bytes(row.size)} />
            <Fact name="id" value={row.id} />
          </dl>
          <ol class="steps" aria-label="Its way through the pipeline">
            {steps.map((step, index) => (
              <Step key={`${step.function} ${index}`} id={row.id} step={step} onChange={load} />
            ))}
          </ol>
          {steps.length === 0 && <p class="nothing dim">No function takes events of this source.</p>}
          <Section title="Event" copy={raw}>
            <JsonTree value={raw} open={2} />
          </Section>
        </>
      )}
    </section>
  );
}

function Fact({ name, value }) {
  if (value === undefined || value === null || value === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd class="mono">{value}</dd>
    </div>
  );
}
