/**
 * Work in steps: where it yields, other work may go between. What takes long for many keys is written once, in this form; whoever has
 * time only for a part of it at once stops between two steps.
 */
export type Steps<T = void> = Generator<void, T, void>;

/** How long one slice of work may hold up everything else, in milliseconds. */
export const SLICE_MS = 3;

/** Does all of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Does all of it, in slices between which other work has its turn. */
export async function finishInSlices<T>(steps: Steps<T>, elapsed: () => number): Promise<T> {
  for (;;) {
    const until = elapsed() + SLICE_MS;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (elapsed() < until);
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}
