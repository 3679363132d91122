import { CLASSES } from '../words.js';

/** A class, as a sign and a word. */
export function ClassLabel({ class: name }) {
  return (
    <span class={`class is-${name}`}>
      <span class="sign" aria-hidden="true">
        {CLASSES[name]?.sign ?? '?'}
      </span>
      {name}
    </span>
  );
}

/** One step of an event's way, small: a sign, what it was if it isn't a success, and the function's name. */
export function Mark({ step }) {
  const tries = step.attempt > 1 ? ` ×${step.attempt}` : '';
  return (
    <span class={`mark is-${step.class}`} title={[step.function, step.class, step.reason].filter(Boolean).join(' · ')}>
      <span class="sign" aria-hidden="true">
        {CLASSES[step.class]?.sign ?? '?'}
      </span>
      <span class={step.class === 'success' ? 'hidden-text' : 'mark-class'}>
        {step.class}
        {tries}{' '}
      </span>
      <span class="mark-name">{step.function}</span>
    </span>
  );
}
