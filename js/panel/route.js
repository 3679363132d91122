// Where one is: `#/VIEW/REST?NAME=VALUE`. The address of a view can be kept and sent to somebody else.

import { signal } from '@preact/signals';

export const VIEWS = ['events', 'run', 'cases', 'faults'];

function read() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view, ...rest] = path.split('/').map(decodeURIComponent);
  return { view: VIEWS.includes(view) ? view : 'events', rest, query: Object.fromEntries(new URLSearchParams(query)) };
}

export const route = signal(read());
addEventListener('hashchange', () => (route.value = read()));

/** The address of a view, for a link. `rest` is one step below the view: an event's id, a function's name. */
export function address(view, rest, query) {
  const path = [view, rest]
    .filter((part) => part !== undefined)
    .map(encodeURIComponent)
    .join('/');
  return `#/${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
}

/** Goes there. With `instead`, the way back doesn't lead through where one is now. */
export function go(view, rest, query, instead = false) {
  const hash = address(view, rest, query);
  if (!instead) {
    location.hash = hash;
    return;
  }
  history.replaceState(null, '', hash);
  route.value = read();
}
