import { join } from 'node:path';
import type { Instance } from '../../endpoint/instance.js';
import type { ServiceQuery } from '../ports.js';
import type { FileStatus } from './file-system.js';
import { LARGEST_RECORD_BYTES, readRecord, type InstanceRecord } from './instance-record.js';
import { isInstanceFile, serviceFolderPath } from './layout.js';
import { MISSED_BEATS, type LocalOptions } from './local-options.js';
import { checkRoot } from './local-root.js';

/** The file of a silent owner of whom nothing else can be known is removed after this many beats. */
const FORGOTTEN_BEATS = 10;
/** What a writer leaves when it dies before its rename. */
const ABANDONED_MS = 60_000;

interface Known {
  readonly name: string;
  readonly text: string;
  readonly record: InstanceRecord;
  readonly status: FileStatus;
  /** When its owner last showed that it lives, by our own monotonic clock: the wall clock may jump. */
  readonly beatAtMs: number;
}

/** The files of one service: which of them are instances that live. */
export class ServiceFolder {
  readonly path: string;
  #known = new Map<string, Known>();
  readonly #complained = new Set<string>();
  readonly #burials = new Set<Promise<void>>();
  /** Whether the folder was there when last looked at. */
  present = false;

  constructor(
    private readonly options: LocalOptions,
    private readonly query: ServiceQuery,
  ) {
    this.path = serviceFolderPath(options.root, query);
  }

  /** The instances that live; rejects when the folder cannot be read. */
  async scan(): Promise<readonly Instance[]> {
    const names = await this.#list();
    this.present = names !== undefined;
    // Nobody removes folders in the ordinary way: if it was there, its owners are given the time to write it again.
    const entries = names
      ? await Promise.all(names.map((name) => this.#look(name)))
      : [...this.#known.values()].map((known) => this.#judge(known));
    this.#known = new Map();
    for (const entry of entries) if (entry) this.#known.set(entry.name, entry);
    for (const name of this.#complained) if (names && !names.includes(name)) this.#complained.delete(name);
    return [...this.#known.values()].filter((known) => this.#beats(known)).map(({ record }) => record.instance);
  }

  /** Asks at once whether an instance's owner is dead; its file is removed then. */
  isDead(id: string): boolean {
    const known = [...this.#known.values()].find(({ record }) => record.instance.id === id);
    if (!known || this.options.processes.stateOf(known.record.owner) !== 'dead') return false;
    this.#known.delete(known.name);
    this.#bury(known);
    return true;
  }

  /** Resolves when no file is being removed any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#burials);
  }

  async #list(): Promise<readonly string[] | undefined> {
    const { files, root } = this.options;
    return (await checkRoot(files, root)) ? await files.list(this.path) : undefined;
  }

  async #look(name: string): Promise<Known | undefined> {
    if (name.startsWith('.')) {
      await this.#sweep(name);
      return undefined;
    }
    if (!isInstanceFile(name)) return undefined;
    const before = this.#known.get(name);
    try {
      const status = await this.options.files.status(join(this.path, name));
      if (!status) return undefined;
      if (before && isSame(before.status, status)) return this.#judge(before);
      const next = await this.#read(name, status, before);
      // A file that was good and is not now: its owner, if it lives, writes it again before its beats are counted as missed.
      return this.#judge(next ?? before);
    } catch (error) {
      this.#complain(name, String((error as NodeJS.ErrnoException).code ?? error));
      return this.#judge(before);
    }
  }

  async #read(name: string, status: FileStatus, before: Known | undefined): Promise<Known | undefined> {
    const { files, clock } = this.options;
    const user = process.getuid?.();
    if (status.kind !== 'file') return this.#complain(name, 'not a regular file');
    if (user !== undefined && status.owner !== user) return this.#complain(name, `owned by user ${status.owner}`);
    if (status.size > LARGEST_RECORD_BYTES) return this.#complain(name, `larger than ${LARGEST_RECORD_BYTES} bytes`);
    const text = await files.read(join(this.path, name));
    if (text === undefined) return undefined;
    const record = before?.text === text ? before.record : readRecord(text, this.query);
    if (typeof record === 'string') return this.#complain(name, record);
    this.#complained.delete(name);
    // What changed since we last looked is a beat of just now; what we see first is as old as its file says.
    const ageMs = before ? 0 : Math.max(0, clock.now() - status.modifiedMs);
    return { name, text, record, status, beatAtMs: clock.elapsed() - ageMs };
  }

  /** Keeps what may come back; buries what cannot. */
  #judge(known: Known | undefined): Known | undefined {
    if (!known) return undefined;
    const state = this.options.processes.stateOf(known.record.owner);
    const forgotten = this.#silentMs(known) > FORGOTTEN_BEATS * known.record.beatMs;
    if (state === 'dead' || (state === 'unknown' && forgotten)) {
      this.#bury(known);
      return undefined;
    }
    return known;
  }

  #silentMs({ beatAtMs }: Known): number {
    return this.options.clock.elapsed() - beatAtMs;
  }

  #beats(known: Known): boolean {
    return this.#silentMs(known) <= MISSED_BEATS * known.record.beatMs;
  }

  #bury({ name }: Known): void {
    // Whoever fails here leaves it to the next reader.
    const burial = this.options.files
      .remove(join(this.path, name))
      .catch(() => {})
      .finally(() => this.#burials.delete(burial));
    this.#burials.add(burial);
  }

  async #sweep(name: string): Promise<void> {
    if (!/^\.[\w.%~-]+\.tmp$/.test(name)) return;
    const { files, clock } = this.options;
    const path = join(this.path, name);
    const status = await files.status(path).catch(() => undefined);
    if (status?.kind === 'file' && clock.now() - status.modifiedMs > ABANDONED_MS) {
      await files.remove(path).catch(() => {});
    }
  }

  #complain(name: string, fault: string): undefined {
    if (!this.#complained.has(name)) {
      this.#complained.add(name);
      this.options.logger.warn('local registry: a file that is no instance is ignored', {
        path: join(this.path, name),
        fault,
      });
    }
    return undefined;
  }
}

function isSame(a: FileStatus, b: FileStatus): boolean {
  return a.id === b.id && a.size === b.size && a.modifiedMs === b.modifiedMs;
}
