// What has just been done, told for a moment, and to screen readers by a live region.

import { signal } from '@preact/signals';

/** How long a notice stays, in milliseconds. */
const STAYS = 6000;

const notice = signal(null);
let timer;

export function say(text, { bad = false } = {}) {
  notice.value = { text, bad };
  clearTimeout(timer);
  timer = setTimeout(() => (notice.value = null), STAYS);
}

/** Says what `action` fails with, and gives what it gives. */
export async function saying(action) {
  try {
    return await action();
  } catch (error) {
    say(error.hint ? `${error.message}: ${error.hint}` : error.message, { bad: true });
    return undefined;
  }
}

export function Notices() {
  const { text, bad } = notice.value ?? {};
  return (
    <div class="notices" role="status" aria-live="polite">
      {text && <p class={bad ? 'notice bad' : 'notice'}>{text}</p>}
    </div>
  );
}
