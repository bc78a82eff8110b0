import { describe, expect, it } from 'vitest';
import type { Timers } from '../time/timers.js';
import type { Ended, Program } from './program.js';
import { Supervisor } from './supervisor.js';

/** A program that notes what is done with it, and ends when the test says so. */
class FakeProgram implements Program {
  readonly ended: Promise<Ended>;
  #end!: (ended: Ended) => void;

  constructor(
    readonly number: number,
    readonly notes: string[],
  ) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }
  go(): void {
    this.notes.push(`go ${this.number}`);
  }
  end(): void {
    this.notes.push(`end ${this.number}`);
  }
  kill(): void {
    this.notes.push(`kill ${this.number}`);
    this.#end({ code: null, signal: 'SIGKILL' });
  }
  /** The process is gone. */
  async leave(code = 0): Promise<void> {
    this.#end({ code, signal: null });
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

function supervised(): {
  supervisor: Supervisor;
  programs: FakeProgram[];
  notes: string[];
  said: string[];
  fire: () => void;
} {
  const programs: FakeProgram[] = [];
  const notes: string[] = [];
  const said: string[] = [];
  const waiting = new Set<() => void>();
  const timers: Timers = {
    elapsed: () => 0,
    after(_ms, run) {
      waiting.add(run);
      return () => waiting.delete(run);
    },
  };
  const load = (): Program => {
    const program = new FakeProgram(programs.length + 1, notes);
    notes.push(`load ${program.number}`);
    programs.push(program);
    return program;
  };
  const supervisor = new Supervisor({ load, timers, graceMs: 5000, say: (line) => said.push(line) });
  return { supervisor, programs, notes, said, fire: () => waiting.forEach((run) => run()) };
}

describe('Supervisor', () => {
  it('begins the next program only when the last one is gone, and loads it before', async () => {
    const { supervisor, programs, notes } = supervised();
    await supervisor.restart();
    supervisor.expect();
    supervisor.expect();
    const restarted = supervisor.restart();
    expect(notes).toEqual(['load 1', 'go 1', 'load 2', 'end 1']);
    await programs[0]!.leave();
    await restarted;
    expect(notes.filter((note) => note !== 'kill 1')).toEqual(['load 1', 'go 1', 'load 2', 'end 1', 'go 2']);
  });

  it('starts once however often it is asked while the last one ends', async () => {
    const { supervisor, programs, notes } = supervised();
    await supervisor.restart();
    const all = Promise.all([supervisor.restart(), supervisor.restart(), supervisor.restart()]);
    await programs[0]!.leave();
    await all;
    expect(notes.filter((note) => note.startsWith('go'))).toEqual(['go 1', 'go 2']);
  });

  it('kills what does not end in time, and says so', async () => {
    const { supervisor, notes, said, fire } = supervised();
    await supervisor.restart();
    const restarted = supervisor.restart();
    fire();
    await restarted;
    expect(notes).toContain('kill 1');
    expect(said).toEqual(['the program did not end within 5000 ms; it is killed']);
  });

  it('does not start again what ends by itself, and starts it on a change', async () => {
    const { supervisor, programs, notes, said } = supervised();
    await supervisor.restart();
    await programs[0]!.leave(1);
    expect(said).toEqual(['the program failed with exit code 1; waiting for a change']);
    expect(notes).not.toContain('load 2');
    await supervisor.restart();
    expect(notes).toContain('go 2');
  });

  it('ends what a program left behind', async () => {
    const { supervisor, programs, notes } = supervised();
    await supervisor.restart();
    await programs[0]!.leave();
    expect(notes).toContain('kill 1');
  });

  it('throws away what was loaded with settings that changed', async () => {
    const { supervisor, programs, notes } = supervised();
    supervisor.expect();
    supervisor.forget();
    await programs[0]!.leave();
    await supervisor.restart();
    expect(notes.filter((note) => note.startsWith('go'))).toEqual(['go 2']);
  });

  it('ends everything when it is closed, what is loaded ahead too, and starts nothing more', async () => {
    const { supervisor, programs, notes, said } = supervised();
    await supervisor.restart();
    supervisor.expect();
    const closed = supervisor.close();
    expect(notes).toContain('kill 2');
    await programs[0]!.leave();
    await closed;
    await supervisor.restart();
    supervisor.expect();
    expect(programs).toHaveLength(2);
    expect(notes).toContain('end 1');
    expect(said).toEqual([]);
  });

  it('kills at once what ends too slowly when closed twice', async () => {
    const { supervisor, notes } = supervised();
    await supervisor.restart();
    const closed = supervisor.close();
    void supervisor.close();
    await closed;
    expect(notes).toEqual(expect.arrayContaining(['end 1', 'kill 1']));
  });
});
