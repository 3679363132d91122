// The page of `segfn serve`.

import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { tokenWanted, useToken } from './api.js';
import { CasesView } from './cases/cases-view.jsx';
import { EventsView } from './events/events-view.jsx';
import { FaultsView } from './faults/faults-view.jsx';
import { KeysPage, keysShown } from './keys.jsx';
import { Notices } from './parts/notice.jsx';
import { Trouble } from './parts/trouble.jsx';
import { address, route } from './route.js';
import { RunView } from './run/run-view.jsx';
import { connected, faults, start, state, trouble } from './state.js';

const PAGES = {
  events: { title: 'Events', View: EventsView },
  run: { title: 'Run', View: RunView },
  cases: { title: 'Cases', View: CasesView },
  faults: { title: 'Faults', View: FaultsView },
};

/** A server that can't inject faults doesn't say which there are. */
const shownPages = () =>
  Object.entries(PAGES).filter(([view]) => view !== 'faults' || state.value?.faults !== undefined);

function Connection() {
  const open = connected.value;
  const word = open ? 'live' : open === undefined ? 'connecting' : 'not connected';
  return (
    <span class={`connection ${open ? 'is-live' : 'is-off'}`} role="status">
      <span class="dot" aria-hidden="true" />
      {word}
    </span>
  );
}

function Header() {
  const armed = faults.value.reduce((sum, { left }) => sum + left, 0);
  return (
    <header class="top">
      <a class="brand" href={address('events')} aria-label="segfn, to the events">
        <img src="/panel/icon.svg" alt="" width="18" height="18" />
        segfn
      </a>
      <nav aria-label="Views">
        {shownPages().map(([view, { title }]) => (
          <a href={address(view)} aria-current={route.value.view === view ? 'page' : undefined}>
            {title}
            {view === 'faults' && armed > 0 && (
              <span class="badge" title={`for ${armed} more requests`}>
                {armed}
                <span class="hidden-text"> to come</span>
              </span>
            )}
          </a>
        ))}
      </nav>
      <div class="top-end">
        <Connection />
        <span class="dim version">{state.value?.version}</span>
        <button class="button quiet" title="Keys (?)" onClick={() => (keysShown.value = true)}>
          <kbd aria-hidden="true">?</kbd>
          <span class="hidden-text">Keys</span>
        </button>
      </div>
    </header>
  );
}

function TokenForm() {
  const use = (event) => {
    event.preventDefault();
    useToken(event.currentTarget.elements.token.value.trim());
  };
  return (
    <main class="token">
      <form onSubmit={use}>
        <h1>This segfn wants its token</h1>
        <p class="dim">segfn serve printed it when it started. It stays in this tab.</p>
        <label>
          Token
          <input name="token" type="password" autocomplete="off" required />
        </label>
        <button class="button main">Go on</button>
      </form>
    </main>
  );
}

function Page() {
  const { title, View } = PAGES[route.value.view];
  useEffect(() => {
    document.title = `${title} · segfn`;
  }, [title]);
  if (tokenWanted.value) return <TokenForm />;
  return (
    <>
      <Header />
      <main>
        <h1 class="hidden-text">{title}</h1>
        {trouble.value && !state.value && <Trouble error={trouble.value} />}
        <View />
      </main>
      <Notices />
      <KeysPage />
    </>
  );
}

render(<Page />, document.body);
start();
