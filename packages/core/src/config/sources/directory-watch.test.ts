import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock/index.js';
import type { Layer } from '../source.js';
import { DirectoryWatch, type Look } from './directory-watch.js';

const layer: Layer = { values: {}, place: () => '' };

/** A directory that is never there, so that only the clock makes anyone look. */
class Watched {
  readonly clock = new VirtualClock();
  readonly told: (Layer | Error)[] = [];
  readonly reads: string[] = [];
  looks = 0;
  fails: Error | undefined;
  #seen: Look | undefined;
  readonly watch = new DirectoryWatch(join(tmpdir(), 'never-there', 'conf'), {
    clock: this.clock,
    pollMs: 1000,
    settleMs: 50,
    replacedMs: 15,
    listener: (next) => void this.told.push(next),
    look: () => {
      this.looks += 1;
      return this.fails ? Promise.reject(this.fails) : Promise.resolve(this.#seen);
    },
    changed: () => {
      this.reads.push(this.#seen!.marks);
      this.#seen = undefined;
      return Promise.resolve(layer);
    },
  });

  /** What the next looks see. */
  readonly see = (marks: string, emptied = false, replaced = false): void =>
    void (this.#seen = { marks, emptied, replaced });
}

async function watched(): Promise<Watched> {
  const made = new Watched();
  await made.clock.advance(0);
  return made;
}

describe('a directory that is looked at', () => {
  it('is read when two looks see the same change', async () => {
    const { clock, see, reads, told } = await watched();
    see('a');
    await clock.advance(999);
    expect(reads).toEqual([]);
    await clock.advance(1);
    expect(reads).toEqual([]);
    await clock.advance(50);
    expect(reads).toEqual(['a']);
    expect(told).toEqual([layer]);
    await clock.advance(5000);
    expect(reads).toEqual(['a']);
  });

  it('is not read while it still changes', async () => {
    const { clock, see, reads } = await watched();
    see('a');
    await clock.advance(1000);
    see('b');
    await clock.advance(50);
    expect(reads).toEqual([]);
    await clock.advance(50);
    expect(reads).toEqual(['b']);
  });

  it('is read sooner when files were put in the place of others, since those are whole', async () => {
    const { clock, see, reads } = await watched();
    see('a', false, true);
    await clock.advance(1000);
    await clock.advance(14);
    expect(reads).toEqual([]);
    await clock.advance(1);
    expect(reads).toEqual(['a']);
  });

  it('is given longer to fill a file that was just emptied', async () => {
    const { clock, see, reads } = await watched();
    see('empty', true);
    await clock.advance(1000);
    await clock.advance(900);
    expect(reads).toEqual([]);
    see('filled');
    await clock.advance(150);
    expect(reads).toEqual(['filled']);
    see('empty again', true);
    await clock.advance(2100);
    expect(reads).toEqual(['filled', 'empty again']);
  });

  it('that cannot be looked at tells why, and is looked at again', async () => {
    const made = await watched();
    made.fails = new Error('no rights');
    await made.clock.advance(1000);
    expect(made.told).toEqual([new Error('no rights')]);
    made.fails = undefined;
    made.see('a');
    await made.clock.advance(1050);
    expect(made.reads).toEqual(['a']);
  });

  it('is left alone once closed', async () => {
    const made = await watched();
    made.watch.close();
    expect(made.clock.pending).toBe(0);
    const { looks } = made;
    await made.clock.advance(10_000);
    expect(made.looks).toBe(looks);
  });

  it('is left alone when closed while being looked at', async () => {
    const made = await watched();
    made.see('a');
    await made.clock.advance(1000);
    const ending = made.clock.advance(50);
    made.watch.close();
    await ending;
    expect(made.told).toEqual([]);
    expect(made.clock.pending).toBe(0);
  });
});
