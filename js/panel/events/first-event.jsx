import { CopyButton } from '../parts/copy-button.jsx';
import { state } from '../state.js';
import { nothingYet } from './store.js';

/** What stands beside the list while no event is open: how to send one, and to whom it goes. */
export function FirstEvent() {
  const { sources = [], destinations = [] } = state.value?.pipeline ?? {};
  // Without a workspace.toml, every key will do.
  const key = sources[0]?.key.replace('*', 'any-key') ?? 'any-key';
  const command = [
    `curl ${location.origin}/v1/track -u ${key}: \\`,
    "  -H 'content-type: application/json' \\",
    `  -d '{"userId":"u-1","event":"Order Completed","properties":{"total":42.5}}'`,
  ].join('\n');
  return (
    <section class="pane aside" aria-label="Send an event">
      <h2>{nothingYet.value ? 'Nothing has arrived yet' : 'No event is open'}</h2>
      <p class="dim">
        {nothingYet.value
          ? 'Point an SDK at this address, or send one event from a terminal:'
          : 'Choose one of the list with j and k, and open it with Enter. Or send another one:'}
      </p>
      <div class="command">
        <pre>{command}</pre>
        <CopyButton value={command} />
      </div>
      {sources.length > 0 && (
        <>
          <h3>Where events go</h3>
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Source</th>
                <th scope="col">Destinations</th>
              </tr>
            </thead>
            <tbody>
              {sources.map(({ name, connectedTo }) => (
                <tr>
                  <th scope="row">{name}</th>
                  <td>
                    {connectedTo.map((to) => (
                      <Destination name={to} filters={destinations.find(({ name }) => name === to)?.filters} />
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Destination({ name, filters = [] }) {
  return (
    <div>
      {name}
      {filters.map((filter) => (
        <code class="dim"> if {filter}</code>
      ))}
    </div>
  );
}
