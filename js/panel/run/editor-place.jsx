import { signal } from '@preact/signals';

const loaded = signal(null);

/** The editor, whose code comes when the first one is shown. */
export function EditorPlace(properties) {
  const Editor = loaded.value;
  if (Editor) return <Editor {...properties} />;
  import('./editor.jsx').then(({ Editor }) => (loaded.value = Editor));
  return <div class="editor" />;
}
