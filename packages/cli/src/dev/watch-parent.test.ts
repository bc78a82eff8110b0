import { describe, expect, it } from 'vitest';
import { watchParent } from './watch-parent.js';

function watched(): { leave(): void; tick(): void; stop(): void; gone: () => number; waiting: Set<() => void> } {
  const waiting = new Set<() => void>();
  let parent = 42;
  let gone = 0;
  const stop = watchParent({
    parent: () => parent,
    gone: () => (gone += 1),
    timers: {
      elapsed: () => 0,
      after: (_ms, run) => (waiting.add(run), () => waiting.delete(run)),
    },
  });
  const tick = (): void => {
    const due = [...waiting];
    waiting.clear();
    for (const run of due) run();
  };
  return { leave: () => (parent = 1), tick, stop, gone: () => gone, waiting };
}

describe('watchParent', () => {
  it('tells once that the parent is gone, and looks no more', () => {
    const { leave, tick, gone, waiting } = watched();
    tick();
    tick();
    expect(gone()).toBe(0);
    leave();
    tick();
    tick();
    expect(gone()).toBe(1);
    expect(waiting.size).toBe(0);
  });

  it('tells nothing when it is over', () => {
    const { leave, tick, stop, gone, waiting } = watched();
    tick();
    stop();
    leave();
    tick();
    expect(gone()).toBe(0);
    expect(waiting.size).toBe(0);
  });
});
