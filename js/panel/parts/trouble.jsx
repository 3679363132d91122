/** An error of the server's, with what one can do about it. */
export function Trouble({ error, id }) {
  return (
    <div class="trouble" role="alert" id={id}>
      <p>{error.message}</p>
      {error.hint && <p class="dim">{error.hint}</p>}
    </div>
  );
}
