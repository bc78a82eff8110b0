import { systemClock, type Clock, type Disposer } from '../../clock/index.js';
import type { Logger } from '../../telemetry/logger.js';
import type { ConfigSource, Layer } from '../source.js';
import { listConfFiles, readConfFiles, type ConfFile, type ConfReading } from './conf-files.js';
import { DirectoryWatch, type Look } from './directory-watch.js';

/**
 * How a {@link fileSource} reads and follows its directory.
 *
 * @example
 * ```ts
 * const options: FileSourceOptions = { logger, pollMs: 500 };
 * ```
 */
export interface FileSourceOptions {
  readonly logger: Logger;
  /** For looking again; default the system's, since files change in real time. */
  readonly clock?: Clock;
  /** What placeholders are filled from; default the environment of the process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** How often the directory is looked at beside the system's own notice, in milliseconds; default 1000. */
  readonly pollMs?: number;
}

/** Writers take this long between two writes of one file. */
const SETTLE_MS = 50;
/** A file that took the place of another is most likely whole. */
const REPLACED_MS = 15;

/**
 * The `*.yaml`, `*.yml` and `*.json` files of a directory, merged in the order of their names; a key in two files is the first one's and a
 * warning. A directory that is not there is empty. Changes are followed through renames (editors, `mv`) and swaps of symbolic links
 * (Kubernetes ConfigMaps); what cannot be read leaves the last good values. Priority 4.
 *
 * @param directory - see `configDirectory`
 *
 * @example
 * ```ts
 * const source = fileSource(configDirectory(), { logger });
 * ```
 */
export function fileSource(directory: string, options: FileSourceOptions): ConfigSource {
  return new FileSource(directory, options);
}

/** How often a directory that changes while it is read is read again. */
const TRIES = 5;

/** The marks of no directory. */
const UNREAD = '?';

/** What kind of directory a {@link FileSource} follows. */
export interface FileSourceKind extends Pick<ConfReading, 'parse'> {
  readonly name: string;
  readonly priority: number;
  list(directory: string): Promise<readonly ConfFile[]>;
}

const CONFIGURATION_DIRECTORY: FileSourceKind = { name: 'files', priority: 4, list: listConfFiles };

/** The files of a directory as one source. */
export class FileSource implements ConfigSource {
  readonly name: string;
  readonly priority: number;
  readonly #warned = new Set<string>();
  /** What the last answer was made of. */
  #read = '';
  /** By path. */
  #files = new Map<string, ConfFile>();

  constructor(
    private readonly directory: string,
    private readonly options: FileSourceOptions,
    private readonly kind: FileSourceKind = CONFIGURATION_DIRECTORY,
  ) {
    ({ name: this.name, priority: this.priority } = kind);
  }

  /** What vanishes or is swapped while it is read is looked for again; all of a swapped directory is of one version. */
  async load(): Promise<Layer> {
    for (let tries = 1; ; tries += 1) {
      const files = await this.kind.list(this.directory);
      try {
        return await this.#load(files);
      } catch (error) {
        if (tries === TRIES || marksOf(await this.kind.list(this.directory)) === marksOf(files)) throw error;
      }
    }
  }

  #load(files: readonly ConfFile[]): Promise<Layer> {
    this.#read = marksOf(files);
    this.#files = new Map(files.map((file) => [file.path, file]));
    const { parse } = this.kind;
    return readConfFiles(files, {
      ...(parse && { parse }),
      environment: this.options.environment ?? process.env,
      warn: (line) => this.#warnOnce(line),
      elapsed: () => (this.options.clock ?? systemClock).elapsed(),
      // may be readable later without looking otherwise
      unread: () => (this.#read = UNREAD),
    });
  }

  watch(listener: (next: Layer | Error) => void): Disposer {
    const watch = new DirectoryWatch(this.directory, {
      clock: this.options.clock ?? systemClock,
      pollMs: this.options.pollMs ?? 1000,
      settleMs: SETTLE_MS,
      replacedMs: REPLACED_MS,
      look: () => this.#look(),
      changed: () => this.load(),
      listener,
    });
    return () => watch.close();
  }

  /** What the directory holds now; undefined while it is as it was read. */
  async #look(): Promise<Look | undefined> {
    const files = await this.kind.list(this.directory);
    const marks = marksOf(files);
    if (marks === this.#read) return undefined;
    const changed = files.filter(({ path, mark }) => this.#files.get(path)?.mark !== mark);
    const gone = files.length < this.#files.size;
    return {
      marks,
      emptied: changed.some(({ path, size }) => size === 0 && (this.#files.get(path)?.size ?? 0) > 0),
      replaced:
        !gone && changed.every(({ path, identity }) => (this.#files.get(path)?.identity ?? identity) !== identity),
    };
  }

  #warnOnce(line: string): void {
    if (this.#warned.has(line)) return;
    this.#warned.add(line);
    this.options.logger.warn(line);
  }
}

function marksOf(files: readonly ConfFile[]): string {
  return files.map(({ path, mark }) => `${path} ${mark}`).join('\n');
}
