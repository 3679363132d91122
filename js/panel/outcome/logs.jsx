import { useState } from 'preact/hooks';
import { clock } from '../words.js';
import { JsonTree } from './json-tree.jsx';

/** A longer text shows its first line only, until it is opened. */
const LONG = 160;

export function Logs({ logs }) {
  return (
    <ol class="logs mono">
      {logs.map((log) => (
        <Log {...log} />
      ))}
    </ol>
  );
}

function Log({ level, time, text, values }) {
  const first = text.split('\n', 1)[0].slice(0, LONG);
  const inside = (values ?? []).filter((value) => value !== null && typeof value === 'object');
  const foldable = first !== text || inside.length > 0;
  const [open, setOpen] = useState(false);
  return (
    <li class={`log log-${level}`}>
      <time class="dim" dateTime={time}>
        {clock(time, true)}
      </time>
      <span class="level">{level === 'log' ? '' : level}</span>
      {foldable ? (
        <div>
          <button class="json-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
            {first === text || open ? text : `${first} …`}
          </button>
          {open && inside.map((value) => <JsonTree value={value} open={2} />)}
        </div>
      ) : (
        <span class="text">{text}</span>
      )}
    </li>
  );
}
