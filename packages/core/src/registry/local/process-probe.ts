import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Which process owns a file, told so that a later process with the same number is not mistaken for it.
 *
 * @example
 * ```ts
 * const owner: Owner = { host: 'build-7', boot: 'b5f3…', space: 'pid:[4026531836]', pid: 4711, started: '88123' };
 * ```
 */
export interface Owner {
  readonly host: string;
  /** The boot id of the kernel; empty where there is none to read. */
  readonly boot: string;
  /** The namespace that the process number belongs to (containers); empty where there is none to read. */
  readonly space: string;
  readonly pid: number;
  /** The start time of the process in ticks since boot; empty where there is none to read. */
  readonly started: string;
}

/**
 * Knows processes of this machine.
 *
 * @example
 * ```ts
 * const state = createProcessProbe().stateOf(owner); // 'dead' within moments of kill -9
 * ```
 */
export interface ProcessProbe {
  /** This process. */
  self(): Owner;
  /** `unknown`: another machine's or container's process, of which only its beats tell. */
  stateOf(owner: Owner): 'alive' | 'dead' | 'unknown';
}

/**
 * The probe of this machine: by `/proc` on Linux; elsewhere by sending signal 0, which cannot tell a later process of the same number.
 * It reads synchronously, from the kernel's memory, so that an answer is there before the next call is placed.
 *
 * @example
 * ```ts
 * const me = createProcessProbe().self();
 * ```
 */
export function createProcessProbe(): ProcessProbe {
  let place: Pick<Owner, 'host' | 'boot' | 'space'> | undefined;
  const here = (): Pick<Owner, 'host' | 'boot' | 'space'> => (place ??= readPlace());
  return {
    self: () => ({ ...here(), pid: process.pid, started: readStat(process.pid)?.started ?? '' }),
    stateOf(owner) {
      const { host, boot, space } = here();
      if (owner.host !== host || owner.boot !== boot || owner.space !== space) return 'unknown';
      return owner.started === '' ? bySignal(owner.pid) : byStat(owner);
    },
  };
}

/** Constant while a process runs, but for its host's name, which is meant as it was at the start. */
function readPlace(): Pick<Owner, 'host' | 'boot' | 'space'> {
  return {
    host: hostname(),
    boot: orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    space: orEmpty(() => readlinkSync('/proc/self/ns/pid')),
  };
}

function byStat(owner: Owner): 'alive' | 'dead' {
  const stat = readStat(owner.pid);
  // A zombie (Z, X) is a dead process that its parent has not yet asked about.
  return stat && stat.started === owner.started && !'ZXx'.includes(stat.state) ? 'alive' : 'dead';
}

function bySignal(pid: number): 'alive' | 'dead' {
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'dead' : 'alive';
  }
}

/** State and start time, fields 3 and 22 of `/proc/{pid}/stat`; the name before them may hold blanks and parentheses. */
function readStat(pid: number): { state: string; started: string } | undefined {
  const text = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const started = fields[18];
  return state && started ? { state, started } : undefined;
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
