// What `segfn diff --json` tells (docs/diff.md), as a page.

import { Sides } from '../parts/sides.jsx';
import { counted } from '../words.js';

const KIND_OF_GROUP = {
  added: 'only now:',
  missing: 'no longer:',
  changed: 'changed:',
};

function title({ what, path, of, name }) {
  if (what === 'field') return <code>{path}</code>;
  if (!KIND_OF_GROUP[what]) return what;
  return (
    <>
      {KIND_OF_GROUP[what]} {of} <code>{[name, path].filter(Boolean).join(' ')}</code>
    </>
  );
}

function Group({ group }) {
  const { base, candidate, input } = group.example ?? group;
  return (
    <li>
      <p>
        {title(group)} <span class="dim">{counted(group.inputs, 'event')}</span>
      </p>
      <Sides before={group.base ?? base} after={group.candidate ?? candidate} />
      {group.inputs > 1 && input && <p class="dim mono">{input}</p>}
    </li>
  );
}

export function Comparison({ report, base }) {
  const { inputs, different, failed, groups = [], objects = [], noise = [] } = report;
  const all = [...groups, ...objects];
  return (
    <div>
      <p role="status">
        {all.length === 0
          ? `No difference from ${base}, over ${counted(inputs, 'event')}.`
          : `${different} of ${counted(inputs, 'event')} ${different === 1 ? 'differs' : 'differ'} from ${base}.`}
      </p>
      {failed?.inputs > 0 && (
        <p class="dim">
          {counted(failed.inputs, 'event')} failed in both versions (
          {Object.entries(failed.errors)
            .map(([name, times]) => `${name} ${times}`)
            .join(', ')}
          ): the code behind that wasn’t compared.
        </p>
      )}
      <ul class="groups">
        {all.map((group) => (
          <Group group={group} />
        ))}
      </ul>
      {noise.length > 0 && (
        <details>
          <summary class="dim">{counted(noise.length, 'path')} of noise: they differ from run to run</summary>
          <ul class="groups">
            {noise.map((group) => (
              <Group group={group} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
