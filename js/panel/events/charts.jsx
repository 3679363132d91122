// What came of events, and how long functions took, in the last hour: drawn small, by uPlot.

import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import '../parts/language.js';
import uPlot from 'uplot';
import { get } from '../api.js';
import { dark } from '../parts/media.js';
import { clock, count, duration } from '../words.js';
import { order } from './store.js';

const MINUTES = 60;
/** How often the numbers are asked for, in milliseconds, while the page is looked at. */
const EVERY = 5000;
const HEIGHT = 44;
/** From the bottom of a bar to its top. */
const STACK = ['success', 'filtered', 'skipped', 'dropped', 'retry', 'discard'];
/** The same, what matters most first. */
const TOLD = ['success', 'discard', 'retry', 'dropped', 'filtered', 'skipped'];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A drawing that `make(width)` gives the options of, made anew when the colours or the width change. */
function Drawing({ make, data, label, onMinute }) {
  const place = useRef();
  const plot = useRef();
  const minute = useRef(onMinute);
  minute.current = onMinute;
  useLayoutEffect(() => {
    const draw = () => {
      plot.current?.destroy();
      const width = place.current.clientWidth;
      plot.current = new uPlot(
        {
          width,
          height: HEIGHT,
          padding: [4, 2, 2, 0],
          legend: { show: false },
          cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
          hooks: { setCursor: [({ cursor }) => minute.current(cursor.idx ?? undefined)] },
          axes: [{ show: false }, { show: false }],
          ...make(),
        },
        data,
        place.current,
      );
    };
    const sizes = new ResizeObserver(draw);
    sizes.observe(place.current);
    return () => {
      sizes.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [dark.value]);
  useLayoutEffect(() => plot.current?.setData(data), [data]);
  return <div ref={place} class="drawing" role="img" aria-label={label} />;
}

const zeroUp = (u, low, high) => [0, Math.max(1, high ?? 1)];
/** From the beginning of the first minute to the end of this one, in seconds. */
const lastHour = () => {
  const end = Math.floor(Date.now() / 60_000 + 1) * 60;
  return [end - MINUTES * 60, end];
};
const ran = (minute) => STACK.some((name) => minute[name] > 0);
/** A percentile for each minute; none where nothing ran. */
const line = (minutes, name) => minutes.map((minute) => (ran(minute) ? minute[name] : null));

const outcomes = () => ({
  scales: { x: { time: true, range: lastHour }, y: { range: zeroUp } },
  // The whole stack is drawn first, and the shorter ones over it.
  series: [
    {},
    ...[...STACK].reverse().map((name) => ({
      fill: colour(name),
      width: 0,
      points: { show: false },
      paths: uPlot.paths.bars({ size: [0.72, 14], align: 1 }),
    })),
  ],
});

/** The minutes beside which there is none: they are points, for they make no line. */
const alone = ({ data }, series) =>
  data[series].flatMap((value, at, all) =>
    value !== null && [all[at - 1], all[at + 1]].every((beside) => beside == null) ? [at] : [],
  );

const percentile = (stroke, width) => ({
  stroke,
  width,
  points: { show: true, size: 4, width: 0, fill: stroke, filter: alone },
});

const latency = () => ({
  scales: { x: { time: true, range: lastHour }, y: { range: zeroUp } },
  series: [{}, percentile(colour('ink-3'), 1), percentile(colour('accent'), 1.5)],
});

/** For each class from the top of the stack down, the height of its bars' tops. */
function stacked(minutes) {
  const tops = STACK.map((_, upTo) =>
    minutes.map((minute) => STACK.slice(0, upTo + 1).reduce((sum, name) => sum + (minute[name] ?? 0), 0)),
  );
  return [minutes.map(({ at }) => Date.parse(at) / 1000), ...tops.reverse()];
}

export function Charts() {
  const minutes = useSignal([]);
  const at = useSignal(undefined);
  const ask = async () => {
    if (document.hidden) return;
    // Old numbers stay, if there are no new ones: the page says itself when it is not connected.
    minutes.value = (await get('stats', { minutes: MINUTES }).catch(() => null))?.minutes ?? minutes.value;
  };
  useEffect(() => {
    ask();
    const timer = setInterval(ask, EVERY);
    return () => clearInterval(timer);
  }, [order.value.length === 0]);
  const all = minutes.value;
  if (all.length === 0) return null;

  const shown = at.value === undefined ? all : [all[at.value]].filter(Boolean);
  const when = at.value === undefined || !all[at.value] ? 'last hour' : clock(all[at.value].at).slice(0, 5);
  const sums = TOLD.map((name) => [name, shown.reduce((sum, minute) => sum + (minute[name] ?? 0), 0)]);
  const told = sums.filter(([name, sum]) => sum > 0 || name === 'success');
  const timed = shown.filter(ran);
  const middle = (name) => timed.map((minute) => minute[name]).sort((a, b) => a - b)[Math.floor(timed.length / 2)];
  const [p50, p95] = [middle('p50'), middle('p95')];
  const onMinute = (minute) => (at.value = minute);
  return (
    <div class="charts">
      <figure>
        <figcaption>
          <span class="dim when">{when}</span>
          {told.map(([name, sum]) => (
            <span class={`is-${name} tally`}>
              {count(sum)} {name}
            </span>
          ))}
        </figcaption>
        <Drawing
          make={outcomes}
          data={stacked(all)}
          onMinute={onMinute}
          label={`Outcomes a minute, ${when}: ${told.map(([name, sum]) => `${count(sum)} ${name}`).join(', ')}`}
        />
      </figure>
      <figure>
        <figcaption>
          <span class="dim when">latency</span>
          {p50 === undefined ? (
            <span class="dim">none yet</span>
          ) : (
            <>
              <span class="tally accent">{duration(p50)} p50</span>
              <span class="dim">{duration(p95)} p95</span>
            </>
          )}
        </figcaption>
        <Drawing
          make={latency}
          data={[all.map(({ at }) => Date.parse(at) / 1000), line(all, 'p95'), line(all, 'p50')]}
          onMinute={onMinute}
          label={`Latency of functions: median ${duration(p50)}, 95th percentile ${duration(p95)}`}
        />
      </figure>
    </div>
  );
}
