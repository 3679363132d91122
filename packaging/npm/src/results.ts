/**
 * What segfn gives, one by one by `for await`, or all together by `await`. Nothing starts before either, and it can be
 * had once.
 */
export class Results<Item, Whole> implements AsyncIterable<Item>, PromiseLike<Whole> {
  readonly #start: () => Stoppable<Item>;
  readonly #gather: (items: AsyncIterable<Item>) => Promise<Whole>;
  #whole: Promise<Whole> | undefined;
  #taken = false;

  constructor(start: () => Stoppable<Item>, gather: (items: AsyncIterable<Item>) => Promise<Whole>) {
    this.#start = start;
    this.#gather = gather;
  }

  [Symbol.asyncIterator](): AsyncIterator<Item, void> {
    if (this.#taken) throw new TypeError('these results were taken already: call the function again');
    this.#taken = true;
    let started: Stoppable<Item> | undefined;
    return {
      next: async () => (started ??= this.#start()).items.next(),
      return: async () => {
        // A generator that waits for the process returns only when that has ended.
        started?.stop();
        await started?.items.return();
        return { done: true, value: undefined };
      },
    };
  }

  then<A = Whole, B = never>(
    onFulfilled?: ((whole: Whole) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#whole ??= this.#gather(this);
    return this.#whole.then(onFulfilled, onRejected);
  }
}

/** Items, and how to end what they come from. */
export interface Stoppable<Item> {
  items: AsyncGenerator<Item, void>;
  stop: () => void;
}

/** All items in a list. */
export async function toArray<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
