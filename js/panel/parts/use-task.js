import { useSignal } from '@preact/signals';

/** A thing that is done at the server, one at a time: `{ busy, error, value, run(action) }`. */
export function useTask() {
  const state = useSignal({ busy: false });
  return {
    ...state.value,
    async run(action) {
      if (state.peek().busy) return undefined;
      state.value = { ...state.peek(), busy: true };
      try {
        const value = await action();
        state.value = { busy: false, value };
        return value;
      } catch (error) {
        state.value = { busy: false, error };
        return undefined;
      }
    },
  };
}
