import { useState } from 'preact/hooks';
import { counted, duration } from '../words.js';
import { JsonTree } from './json-tree.jsx';

/** A bar is at least this wide, in per cent, so that a fast request can be seen. */
const THINNEST = 0.8;
const VIA = { embedded: 'AWS inside segfn', aws: 'AWS' };

function parts(url) {
  try {
    const { host, pathname, search } = new URL(url);
    return { host, path: decodeURIComponent(pathname) + search };
  } catch {
    return { host: '', path: url };
  }
}

/** Requests over time. `total` is how long the invocation took; each bar starts at the exchange's `at`. */
export function Waterfall({ exchanges, total }) {
  const end = Math.max(total ?? 0, ...exchanges.map(({ at = 0, ms }) => at + ms), 0.001);
  return (
    <ol class="waterfall" aria-label={counted(exchanges.length, 'request')}>
      {exchanges.map((exchange) => (
        <ExchangeRow exchange={exchange} end={end} />
      ))}
    </ol>
  );
}

function ExchangeRow({ exchange, end }) {
  const { method, url, status, error, ms, at, via, fault } = exchange;
  const { host, path } = parts(url);
  const [open, setOpen] = useState(false);
  const bad = error || status >= 400;
  const left = Math.min(((at ?? 0) / end) * 100, 100 - THINNEST);
  return (
    <li class={bad ? 'exchange bad' : 'exchange'}>
      <button class="exchange-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="method mono">{method}</span>
        <span class="url mono" title={url}>
          {fault && <span class="fault">fault</span>} <span class="dim">{host}</span>
          {path}
        </span>
        <span class="status mono">{status ?? 'error'}</span>
        <span class="ms mono dim">{duration(ms)}</span>
        <span class="track" aria-hidden="true">
          <span class="bar" style={{ left: `${left}%`, width: `${Math.max((ms / end) * 100, THINNEST)}%` }} />
        </span>
      </button>
      {open && (
        <div class="exchange-inside">
          {fault && <p class="dim">A fault was injected here: {fault}</p>}
          {error && <p class="bad-text">{error}</p>}
          <p class="dim mono whole-url">{url}</p>
          <p class="dim">{[VIA[via], at !== undefined && `began after ${duration(at)}`].filter(Boolean).join(' · ')}</p>
          <Side title="Request" side={exchange.request} />
          <Side title="Response" side={exchange.response} />
        </div>
      )}
    </li>
  );
}

function Side({ title, side }) {
  if (!side) return null;
  return (
    <section aria-label={title}>
      <h4>{title}</h4>
      <Pairs pairs={Object.entries(side.headers ?? {})} />
      <Body body={side.body} />
    </section>
  );
}

/** Names with their values. */
function Pairs({ pairs }) {
  if (pairs.length === 0) return null;
  return (
    <dl class="pairs mono">
      {pairs.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A body as docs/outcome.md has it: `json`, `form`, `multipart`, `text` or `base64`. */
function Body({ body }) {
  if (!body) return <p class="dim">no body</p>;
  if ('json' in body) return <JsonTree value={body.json} open={3} />;
  if ('text' in body) return <pre class="body">{body.text}</pre>;
  if ('form' in body) return <Pairs pairs={body.form} />;
  if ('multipart' in body)
    return body.multipart.map(({ name, filename, type, body: inside }) => (
      <div>
        <p class="dim mono">{[name, filename, type].filter(Boolean).join(' · ')}</p>
        <Body body={inside} />
      </div>
    ));
  return <pre class="body dim">{body.base64}</pre>;
}
