// Generated cases: what a series of steps makes of the same parameters.
let state = 20260102;
const random = (below) => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
};
const PIECES = ['a', 'b', 'key', '=', '&', '+', ' ', '%', '%41', '%e2%82%ac', '%ff', '%zz', '€', 'é', '\ud800', '\udc00', '😀', '\0', '\n', '?', '#', '[]', '"', "'", '*', '-', '.', '_', '~', '!', '(', ')', '/', ';', ',', '1', ''];
// Node's parser cuts characters in two where an escape is malformed, which nobody can want.
const PLAIN = PIECES.filter((piece) => !/%(?!41|e2)/.test(piece));
const NARROW = PIECES.filter((piece) => /^[\x00-\x7f]*$/.test(piece));
let pieces = PIECES;
const text = (most) => Array.from({ length: random(most) }, () => pieces[random(pieces.length)]).join('');
const STEPS = [
  (params) => params.append(text(3), text(4)),
  (params) => params.set(text(2), text(4)),
  (params) => params.delete(text(2)),
  (params) => params.delete(text(2), text(2)),
  (params) => params.sort(),
  (params) => [params.get(text(2)), params.getAll(text(2)), params.has(text(2)), params.has(text(2), text(2))],
  (params) => new URL(`http://h/?${params}`).search,
];
let lines = [];
for (let number = 0; number < 4000; number++) {
  pieces = random(2) ? PLAIN : NARROW;
  const start = text(12);
  const params = [() => new URLSearchParams(start), () => new URLSearchParams([[start, text(3)], [text(2), text(2)]]), () => new URL(`http://h/p?${start}`).searchParams][random(3)]();
  const seen = [];
  for (let step = random(5); step > 0; step--) seen.push(STEPS[random(STEPS.length)](params) ?? null);
  lines.push(JSON.stringify([number, start, seen, String(params), [...params], params.size]));
  if (lines.length === 50) {
    console.log(lines.join('\n'));
    lines = [];
  }
}
