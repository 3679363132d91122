// JSON whose lists and objects can be folded.

import { useState } from 'preact/hooks';

/** Longer lists are shown in steps of this many. */
const AT_ONCE = 100;
/** What a folded value shows of itself, in characters. */
const PREVIEW = 60;

/** `open`: how many levels are unfolded at first. */
export function JsonTree({ value, open = 1 }) {
  return (
    <div class="json mono">
      <Value value={value} open={open} last />
    </div>
  );
}

const isBranch = (value) => value !== null && typeof value === 'object';

function Leaf({ value }) {
  const type = value === null ? 'null' : typeof value;
  const secret = type === 'string' && /\[secret [^\]]+\]/.test(value);
  return <span class={secret ? 'json-secret' : `json-${type}`}>{JSON.stringify(value)}</span>;
}

function preview(value) {
  const text = JSON.stringify(value);
  return text.length <= PREVIEW ? text : `${text.slice(0, PREVIEW)}…`;
}

function Value({ name, value, open, last }) {
  const [unfolded, setUnfolded] = useState(open > 0);
  const [shown, setShown] = useState(AT_ONCE);
  const label = name !== undefined && <span class="json-name">{JSON.stringify(name)}: </span>;
  const end = last ? '' : ',';
  if (!isBranch(value) || Object.keys(value).length === 0)
    return (
      <div class="json-line">
        {label}
        {isBranch(value) ? Array.isArray(value) ? '[]' : '{}' : <Leaf value={value} />}
        {end}
      </div>
    );

  const [opening, closing] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const entries = Array.isArray(value) ? value.map((each) => [undefined, each]) : Object.entries(value);
  return (
    <div class="json-branch">
      <button class="json-line json-fold" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
        {label}
        {unfolded ? opening : <span class="dim">{preview(value)}</span>}
        {!unfolded && end}
      </button>
      {unfolded && (
        <>
          <div class="json-inside">
            {entries.slice(0, shown).map(([key, each], index) => (
              <Value name={key} value={each} open={open - 1} last={index === entries.length - 1} />
            ))}
            {entries.length > shown && (
              <button class="button quiet" onClick={() => setShown(shown + AT_ONCE)}>
                {entries.length - shown} more
              </button>
            )}
          </div>
          <div class="json-line">
            {closing}
            {end}
          </div>
        </>
      )}
    </div>
  );
}
