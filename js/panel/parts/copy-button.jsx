import { useState } from 'preact/hooks';

/** Copies a text as it is, and any other value as JSON. `class`: how the button looks. */
export function CopyButton({ value, class: look = '' }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
    setCopied(true);
  };
  return (
    <button class={`button ${look}`} onClick={copy}>
      {copied ? 'Copied' : 'Copy'}
    </button>
  );
}
