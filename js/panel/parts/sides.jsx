const written = (value) => (typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value, null, 2));

function Side({ sign, name, value }) {
  return (
    <div class={`side side-${name}`}>
      <span aria-hidden="true">{sign}</span>
      <span class="hidden-text">{name}: </span>
      <pre>{written(value)}</pre>
    </div>
  );
}

/** Two values of one place, where `undefined` is a value that isn't there. */
export function Sides({ before, after }) {
  return (
    <div class="sides mono">
      {before !== undefined && <Side sign="−" name="before" value={before} />}
      {after !== undefined && <Side sign="+" name="after" value={after} />}
    </div>
  );
}
