// The keys that count everywhere, and the page that lists all of them.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { go, VIEWS } from './route.js';

const KEYS = [
  ['j, ↓', 'the next event'],
  ['k, ↑', 'the event before'],
  ['Enter', 'open the event'],
  ['Esc', 'back to the list'],
  ['/', 'search'],
  ['p', 'pause or go on'],
  ['e', 'edit the open event and run it'],
  ['Ctrl+Enter', 'run (⌘+Enter on a Mac)'],
  ['1 2 3 4', 'Events, Run, Cases, Faults'],
  ['?', 'these keys'],
];

export const keysShown = signal(false);
/** What the components that are there have bound, each an object of actions by key. The latest comes first. */
const bound = [];

/** While the component is there, a key does its action, unless somebody is typing. */
export function useKeys(actions) {
  const latest = useRef();
  latest.current = actions;
  useEffect(() => {
    bound.unshift(latest);
    return () => bound.splice(bound.indexOf(latest), 1);
  }, []);
}

const actionOf = (key) => bound.map(({ current }) => current[key]).find(Boolean);

const isTyping = ({ tagName, isContentEditable }) => isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(tagName);

addEventListener('keydown', (event) => {
  // The innermost element: the editor lies in a shadow root.
  const target = event.composedPath()[0];
  if (event.defaultPrevented || keysShown.value || event.altKey) return;
  const withControl = event.ctrlKey || event.metaKey;
  const name = withControl ? `Control+${event.key}` : event.key;
  if (!withControl && target instanceof HTMLElement && isTyping(target) && event.key !== 'Escape') return;
  // Enter and the space bar belong to the button or link that has the focus.
  if (event.key === 'Enter' && !withControl && /^(BUTTON|A|SUMMARY)$/.test(target.tagName)) return;
  const action = actionOf(name) ?? everywhere(name);
  if (!action) return;
  event.preventDefault();
  action(event);
});

function everywhere(key) {
  if (key === '?') return () => (keysShown.value = true);
  const view = VIEWS[Number(key) - 1];
  return view && (() => go(view));
}

export function KeysPage() {
  const dialog = useRef();
  useEffect(() => {
    if (keysShown.value) dialog.current?.showModal();
  }, [keysShown.value]);
  if (!keysShown.value) return null;
  return (
    <dialog class="keys" ref={dialog} aria-labelledby="keys-title" onClose={() => (keysShown.value = false)}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div>
            <dt>
              {keys.split(/, | /).map((key) => (
                <kbd>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button class="button">Close</button>
      </form>
    </dialog>
  );
}
