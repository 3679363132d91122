import { CopyButton } from './copy-button.jsx';

/** A part of a page that can be folded. With `copy`, a value, it has a button that copies it as JSON. */
export function Section({ title, note, copy, open = true, children }) {
  return (
    <details class="section" open={open}>
      <summary>
        <span class="section-title">{title}</span>
        {note && <span class="dim"> {note}</span>}
      </summary>
      {copy !== undefined && <CopyButton value={copy} class="quiet copy" />}
      {children}
    </details>
  );
}
