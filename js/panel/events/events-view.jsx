import { useEffect, useRef } from 'preact/hooks';
import { narrow } from '../parts/media.js';
import { route } from '../route.js';
import { functions } from '../state.js';
import { Charts } from './charts.jsx';
import { Detail } from './detail.jsx';
import { Filters } from './filters.jsx';
import { FirstEvent } from './first-event.jsx';
import { List } from './list.jsx';
import { cursor, nothingYet } from './store.js';

/** What is wrong with functions that can't be loaded; the others go on. */
function BrokenFunctions() {
  const broken = functions.value.filter(({ error }) => error);
  return broken.map(({ name, path, error }) => (
    <details class="broken">
      <summary>
        <strong>{name}</strong> can’t be loaded: {error.message}
      </summary>
      <p class="mono dim">{[error.file ?? path, error.line].filter(Boolean).join(':')}</p>
      {error.hint && <p>{error.hint}</p>}
      {error.excerpt && (
        <pre class="frame" tabIndex={0}>
          {error.excerpt}
        </pre>
      )}
    </details>
  ));
}

/** The events as they arrive and, beside them or instead of them, the one that is open. */
export function EventsView() {
  const list = useRef();
  const open = route.value.rest[0];
  useEffect(() => {
    if (open) cursor.value = open;
  }, [open]);
  const listShown = !(open && narrow.value);
  return (
    <div class={open ? 'split has-detail' : 'split'}>
      {listShown && (
        <section class="pane list-pane" aria-label="Live events">
          <BrokenFunctions />
          <Charts />
          <Filters />
          <List scroller={list} open={open} />
        </section>
      )}
      {open ? <Detail key={open} id={open} /> : (nothingYet.value || !narrow.value) && <FirstEvent />}
    </div>
  );
}
