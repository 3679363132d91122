import { useSignal } from '@preact/signals';
import { post, remove } from '../api.js';
import { say } from '../parts/notice.jsx';
import { Trouble } from '../parts/trouble.jsx';
import { useTask } from '../parts/use-task.js';
import { faults, setFaults } from '../state.js';
import { counted, duration } from '../words.js';

const FAULTS = {
  500: 'answers 500, a server error',
  503: 'answers 503, unavailable',
  429: 'answers 429, too many requests',
  reset: 'resets the connection',
  delay: 'answers late',
};
/** What a fault is called where it is already there. */
const THERE = { ...FAULTS, delay: 'is late' };

/** Faults for the next requests of functions to a host, to see what they make of them. */
export function FaultsView() {
  const kind = useSignal('500');
  const task = useTask();
  const inject = async (event) => {
    event.preventDefault();
    const { host, count, delayMs } = event.currentTarget.elements;
    const body = { host: host.value.trim(), kind: kind.value, count: Number(count.value) };
    if (delayMs) body.delayMs = Number(delayMs.value);
    const answer = await task.run(() => post('faults', body));
    if (!answer) return;
    setFaults(answer.faults);
    say(`The next ${counted(body.count, 'request')} to ${body.host}: ${body.kind}`);
  };
  const clear = async () => {
    const answer = await task.run(() => remove('faults'));
    if (answer) setFaults(answer.faults);
  };
  return (
    <div class="split single">
      <section class="pane detail" aria-label="Faults">
        <h2 class="detail-title">Inject a fault</h2>
        <p class="dim lead">
          The next requests of functions to a host fail, as a bad day would have it. Then look at Events: which function
          retries, and which one loses the event?
        </p>
        <form class="choices" onSubmit={inject}>
          <label class="wide">
            Host
            <input
              name="host"
              class="mono"
              placeholder="api.example.com, or * for all"
              required
              spellcheck={false}
              autocomplete="off"
            />
          </label>
          <label>
            Fault
            <select value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value)}>
              {Object.entries(FAULTS).map(([value, label]) => (
                <option value={value}>{label}</option>
              ))}
            </select>
          </label>
          {kind.value === 'delay' && (
            <label>
              Late by (ms)
              <input name="delayMs" type="number" min="1" max="60000" defaultValue="6000" required />
            </label>
          )}
          <label>
            Next requests
            <input name="count" type="number" min="1" max="10000" defaultValue="1" required />
          </label>
          <button class="button main" disabled={task.busy}>
            Inject
          </button>
        </form>
        {task.error && <Trouble error={task.error} />}
        <div class="detail-head">
          <h3>To come</h3>
          {faults.value.length > 0 && (
            <button class="button" disabled={task.busy} onClick={clear}>
              Clear all
            </button>
          )}
        </div>
        {faults.value.length === 0 ? (
          <p class="dim">None. Requests go their usual way.</p>
        ) : (
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Host</th>
                <th scope="col">What it does</th>
                <th scope="col">Left</th>
              </tr>
            </thead>
            <tbody>
              {faults.value.map(({ host, kind, left, count, delayMs }) => (
                <tr>
                  <th scope="row" class="mono">
                    {host}
                  </th>
                  <td>
                    {THERE[kind] ?? kind}
                    {delayMs ? ` by ${duration(delayMs)}` : ''}
                  </td>
                  <td class="mono">
                    {left} of {count}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </div>
  );
}
