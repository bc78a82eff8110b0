/** What the kernel says about processors, processes and stolen time. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** Processor times in ticks, by processor number. */
export type ProcessorTimes = readonly { readonly total: number; readonly stolen: number }[];

const stealColumn = 7;

function has(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}

const processors = cpus().length;
const pinning = processors >= 2 && has('taskset');
/** Before anything was measured: what others did on this machine. */
const loadAtStart = loadavg()[0] ?? 0;

/** Server and load generator stand on different processors. */
export const serverProcessor = 0;
export const loadProcessor = 1;

/** The command line that runs `command` on one processor, or unchanged where pinning is not possible. */
export function pinned(processor: number, command: readonly string[]): string[] {
  return pinning ? ['taskset', '-c', String(processor), ...command] : [...command];
}

export function hasWrk(): boolean {
  return has('wrk');
}

export function readProcessorTimes(): ProcessorTimes {
  const lines = readFileSync('/proc/stat', 'utf8').split('\n');
  return lines
    .filter((line) => /^cpu[0-9]/.test(line))
    .map((line) => {
      const columns = line.split(/\s+/).slice(1).map(Number);
      return {
        total: columns.slice(0, stealColumn + 1).reduce((sum, value) => sum + value, 0),
        stolen: columns[stealColumn] ?? 0,
      };
    });
}

/** Share of each processor's time that the host took away between two readings. */
export function stealBetween(before: ProcessorTimes, after: ProcessorTimes): number[] {
  return after.map((now, index) => {
    const then = before[index] ?? now;
    const total = now.total - then.total;
    return total > 0 ? (now.stolen - then.stolen) / total : 0;
  });
}

/** CPU time that all threads of a process have used so far, in milliseconds, with the scheduler's own resolution. */
export function processCpuMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1e6;
}

/** Resident memory of a process, in mebibytes. */
export function residentMb(pid: number): number {
  const match = /VmRSS:\s+([0-9]+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) / 1024;
}

export interface MachineNote {
  readonly processors: number;
  readonly model: string;
  readonly pinned: boolean;
  readonly load: number;
}

export function describeMachine(): MachineNote {
  return { processors, model: cpus()[0]?.model ?? 'unknown', pinned: pinning, load: loadAtStart };
}
