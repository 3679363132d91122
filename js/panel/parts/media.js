import { signal } from '@preact/signals';

function media(query) {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener('change', () => (matches.value = list.matches));
  return matches;
}

/** Whether there is room for one thing only. styles/layout.css has the same width. */
export const narrow = media('(max-width: 760px)');
export const dark = media('(prefers-color-scheme: dark)');
