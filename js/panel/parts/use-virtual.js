import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';

/** A virtual list in Preact: which of `count` rows of `height` pixels are in view in the element of `ref`. */
export function useVirtual({ count, height, ref }) {
  const [, render] = useReducer((times) => times + 1, 0);
  const options = {
    count,
    estimateSize: () => height,
    getScrollElement: () => ref.current,
    overscan: 12,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: render,
  };
  const virtual = useMemo(() => new Virtualizer(options), []);
  virtual.setOptions(options);
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  useLayoutEffect(() => virtual.measure(), [height]);
  return virtual;
}
