// All that came of one invocation (docs/outcome.md), in the order in which a person looks for what went wrong.

import { ClassLabel } from '../parts/mark.jsx';
import { Section } from '../parts/section.jsx';
import { bytes, counted } from '../words.js';
import { JsonTree } from './json-tree.jsx';
import { Logs } from './logs.jsx';
import { Waterfall } from './waterfall.jsx';

export function Outcome({ outcome }) {
  const { error, warnings = [], exchanges = [], logs = [], messages = {}, batch, value, objects = [], cache } = outcome;
  const { events = [], objects: sets = [] } = messages;
  const nothing = value === undefined && !error && exchanges.length + logs.length + events.length + sets.length === 0;
  return (
    <div class="outcome">
      {error && <Failure error={error} />}
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((warning) => (
            <li>{warning}</li>
          ))}
        </ul>
      )}
      {exchanges.length > 0 && (
        <Section title="Requests" note={exchanges.length}>
          <Waterfall exchanges={exchanges} total={outcome.ms} />
        </Section>
      )}
      {logs.length > 0 && (
        <Section title="Logs" note={logs.length}>
          <Logs logs={logs} />
        </Section>
      )}
      {events.length > 0 && (
        <Section title="Events sent" note={events.length} copy={events}>
          {events.map((event) => (
            <JsonTree value={event} open={2} />
          ))}
        </Section>
      )}
      {sets.length > 0 && (
        <Section title="Objects set" note={sets.length} copy={sets}>
          {sets.map((object) => (
            <JsonTree value={object} open={2} />
          ))}
        </Section>
      )}
      {batch && (
        <Section title="Batch" note={counted(batch.length, 'event')}>
          <ol class="batch">
            {batch.map((item, index) => (
              <li>
                <span class="dim mono">{index}</span> <ClassLabel class={item.class} />
                {item.status !== undefined && <span class="mono"> {item.status}</span>}
                {item.message && <span> {item.message}</span>}
                {item.event !== undefined && <JsonTree value={item.event} open={0} />}
              </li>
            ))}
          </ol>
        </Section>
      )}
      {value !== undefined && (
        <Section title="Value" copy={value}>
          <JsonTree value={value} open={2} />
        </Section>
      )}
      {objects.length > 0 && (
        <Section title="Objects in S3" note={objects.length}>
          <Objects objects={objects} />
        </Section>
      )}
      {cache && (
        <p class="dim cache">
          Cache: {counted(cache.hits, 'hit')}, {cache.misses} missed
        </p>
      )}
      {nothing && <p class="dim">It returned nothing, logged nothing and asked for nothing.</p>}
    </div>
  );
}

function Failure({ error }) {
  const { name, message, type, code, at, frame, stack } = error;
  return (
    <div class="failure">
      <p>
        <strong>{name}</strong>: {message}
      </p>
      <p class="dim">
        {type}
        {code && <code> {code}</code>}
        {at && ` · line ${at.line}, column ${at.column}`}
      </p>
      {frame && (
        <pre class="frame" tabIndex={0}>
          {frame}
        </pre>
      )}
      {stack && (
        <details>
          <summary class="dim">Stack</summary>
          <pre class="stack" tabIndex={0}>
            {stack}
          </pre>
        </details>
      )}
    </div>
  );
}

function Objects({ objects }) {
  return (
    <ul class="objects">
      {objects.map(({ bucket, key, size, body }) => (
        <li>
          <details>
            <summary class="mono">
              s3://{bucket}/{key} <span class="dim">{bytes(size)}</span>
            </summary>
            {body === undefined ? <p class="dim">Its content is not a small text.</p> : <pre>{body}</pre>}
          </details>
        </li>
      ))}
    </ul>
  );
}
