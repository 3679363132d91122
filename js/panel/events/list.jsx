import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useKeys } from '../keys.jsx';
import { Mark } from '../parts/mark.jsx';
import { narrow } from '../parts/media.js';
import { useVirtual } from '../parts/use-virtual.js';
import { go } from '../route.js';
import { clock, eventName } from '../words.js';
import { cursor, filtered, loading, loadOlder, order, revision, rowOf } from './store.js';

/** The height of a row in pixels, as in styles/events.css. */
const HEIGHT = { wide: 32, narrow: 56 };
/** Older events are loaded when fewer rows than these are left below. */
const AHEAD = 40;

function Row({ row, index, selected, start, height, total, onOpen }) {
  return (
    <div
      id={`event-${row.id}`}
      role="option"
      class="event"
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={index + 1}
      style={{ transform: `translateY(${start}px)`, height: `${height}px` }}
      onClick={onOpen}
    >
      <time class="mono dim" dateTime={row.receivedAt} title={row.receivedAt}>
        {clock(row.receivedAt)}
      </time>
      <span class="type">{row.type}</span>
      <span class="name">{eventName(row)}</span>
      <span class="marks">
        {row.steps.map((step) => (
          <Mark step={step} />
        ))}
      </span>
    </div>
  );
}

/** When rows come on top, what a person looks at stays where it is, unless that is the top itself. */
function useAnchor(scroller, height) {
  const seen = useRef(null);
  useLayoutEffect(() => {
    const element = scroller.current;
    const added = seen.current === null ? 0 : order.value.indexOf(seen.current);
    if (element.scrollTop > 0 && added > 0) element.scrollTop += added * height;
    seen.current = order.value[0] ?? null;
  }, [order.value]);
}

export function List({ scroller, open }) {
  revision.value;
  const height = narrow.value ? HEIGHT.narrow : HEIGHT.wide;
  const ids = order.value;
  const virtual = useVirtual({ count: ids.length, height, ref: scroller });
  useAnchor(scroller, height);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (ids.length > 0 && last >= ids.length - AHEAD) loadOlder();
  }, [last, ids.length]);
  // Whoever comes back from an event finds the list where it was left.
  useEffect(() => {
    const at = ids.indexOf(cursor.peek());
    if (at > 0) virtual.scrollToIndex(at);
    if (!open && cursor.peek()) scroller.current.focus({ preventScroll: true });
  }, [open === undefined]);

  const move = (by) => {
    const at = ids.indexOf(cursor.peek());
    const to = Math.min(Math.max(at + by, 0), ids.length - 1);
    if (ids[to] === undefined) return;
    cursor.value = ids[to];
    virtual.scrollToIndex(to);
    if (open) go('events', ids[to], undefined, true);
  };
  const steps = () => Math.max(1, Math.floor(scroller.current.clientHeight / height) - 1);
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => move(steps()),
    PageUp: () => move(-steps()),
    Home: () => move(-ids.length),
    End: () => move(ids.length),
    Enter: () => cursor.peek() && go('events', cursor.peek()),
  });

  return (
    <div
      ref={scroller}
      class="events"
      role="listbox"
      tabIndex={0}
      aria-label="Events, newest first"
      aria-activedescendant={
        items.some(({ index }) => ids[index] === cursor.value) ? `event-${cursor.value}` : undefined
      }
    >
      {ids.length === 0 && (
        <div class="nothing dim" role="option" aria-selected={false} aria-disabled={true}>
          {loading.value ? 'Loading…' : filtered.value ? 'No event passes the filter' : 'Waiting for the first event'}
        </div>
      )}
      <div class="rows" role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
        {items.map(({ index, start }) => (
          <Row
            key={ids[index]}
            row={rowOf(ids[index])}
            index={index}
            start={start}
            height={height}
            total={ids.length}
            selected={ids[index] === cursor.value}
            onOpen={() => go('events', ids[index])}
          />
        ))}
      </div>
    </div>
  );
}
