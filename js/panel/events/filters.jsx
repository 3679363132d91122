import { useEffect, useRef } from 'preact/hooks';
import { useKeys } from '../keys.jsx';
import { Trouble } from '../parts/trouble.jsx';
import { functions } from '../state.js';
import { CLASSES, count } from '../words.js';
import { filter, filtered, order, paused, refused, togglePause, waiting } from './store.js';

/** How long after the last key the list is asked for, in milliseconds. */
const TYPING = 200;
const BY = {
  text: { label: 'Text', hint: 'Search events' },
  fql: { label: 'FQL', hint: 'type = "track" and properties.total > 100' },
};

const set = (part) => (filter.value = { ...filter.value, ...part });

export function Filters() {
  const { by, text, function: name, class: chosen } = filter.value;
  const search = useRef();
  const typing = useRef();
  useEffect(() => () => clearTimeout(typing.current), []);
  useKeys({
    '/': () => search.current?.select(),
    p: togglePause,
  });
  const type = (event) => {
    const text = event.currentTarget.value;
    clearTimeout(typing.current);
    typing.current = setTimeout(() => set({ text }), TYPING);
  };
  const leave = (event) => {
    if (event.key === 'Escape') document.querySelector('.events')?.focus();
  };
  return (
    <form class="filters" role="search" aria-label="Events" onSubmit={(event) => event.preventDefault()}>
      <div class="search">
        <select aria-label="Search by" value={by} onChange={(event) => set({ by: event.currentTarget.value })}>
          {Object.entries(BY).map(([value, { label }]) => (
            <option value={value}>{label}</option>
          ))}
        </select>
        <input
          ref={search}
          type="search"
          class={by === 'fql' ? 'mono' : ''}
          aria-label={by === 'fql' ? 'Condition in FQL' : 'Text in events'}
          aria-describedby={refused.value ? 'refused' : undefined}
          aria-invalid={refused.value?.status === 400}
          placeholder={BY[by].hint}
          defaultValue={text}
          onInput={type}
          onKeyDown={leave}
          spellcheck={false}
          autocomplete="off"
        />
      </div>
      <select aria-label="Function" value={name} onChange={(event) => set({ function: event.currentTarget.value })}>
        <option value="">all functions</option>
        {functions.value.map(({ name }) => (
          <option value={name}>{name}</option>
        ))}
      </select>
      <select aria-label="Class" value={chosen} onChange={(event) => set({ class: event.currentTarget.value })}>
        <option value="">all classes</option>
        {Object.entries(CLASSES).map(([name, { sign }]) => (
          <option value={name}>
            {sign} {name}
          </option>
        ))}
      </select>
      <button
        type="button"
        class={paused.value ? 'button pressed' : 'button'}
        aria-pressed={paused.value}
        title="Pause (p)"
        onClick={togglePause}
      >
        {paused.value ? `Paused${waiting.value > 0 ? `: ${count(waiting.value)} new` : ''}` : 'Pause'}
      </button>
      <span class="dim shown">
        {count(order.value.length)} {filtered.value ? 'found' : 'shown'}
      </span>
      {refused.value && <Trouble error={refused.value} id="refused" />}
    </form>
  );
}
