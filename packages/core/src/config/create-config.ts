import type { Clock, Disposer } from '../clock/index.js';
import type { Logger } from '../telemetry/logger.js';
import {
  accepting,
  changedAtRest,
  keepSection,
  keepWithin,
  type Acceptance,
  type PlacedFault,
  type Refusal,
} from './accept.js';
import { ChangeFeed } from './change-feed.js';
import { configEntries, type ConfigEntry } from './config-entries.js';
import { Config, type ConfigChange, type ConfigView, type Live, type Origin } from './config.js';
import { Decrypting, type Decryption } from './decrypting.js';
import { NO_TEXTS, type DecryptedTexts } from './decrypted-texts.js';
import { show } from './fit/fit.js';
import { FollowedKeys, readAs, typeNameOf } from './followed-keys.js';
import { isWithin } from './keys.js';
import { isTree, type Leaves } from './leaves.js';
import { LiveValue } from './live-value.js';
import { normalising } from './normalise.js';
import { Proposals, type BeforeSwap, type Instead, type Proposal } from './proposals.js';
import { RemoteLoader } from './remote-loader.js';
import { Reporter } from './reporter.js';
import type { Section } from './section.js';
import { SectionIndex } from './section-index.js';
import { partOf, Snapshot, type SourceLeaves } from './snapshot.js';
import type { ConfigSource, Layer } from './source.js';
import { inOrder, NO_LEAVES, stateOf, type ReadLayer, type SourceState } from './source-state.js';
import { memorySource, type MemorySource } from './sources/memory-source.js';
import { finish, type Steps } from './steps.js';
import { Turns } from './turns.js';
import { findingUnknown } from './unknown-keys.js';
import { invalid, SnapshotView, type ViewContext } from './view.js';

/**
 * What a {@link ConfigStore} is made of.
 *
 * @example
 * ```ts
 * const options: ConfigStoreOptions = { sections: CORE_SECTIONS, sources: [environmentSource()], clock: systemClock, logger };
 * ```
 */
export interface ConfigStoreOptions {
  readonly sections: readonly Section<unknown>[];
  /** In any order: each has its priority. A memory source is added when there is none. */
  readonly sources: readonly ConfigSource[];
  /** First values of the memory source that is added. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Decrypts values written as `cipher(...)`; without it they stay as they are written. */
  readonly decryption?: Decryption;
}

/**
 * The configuration of one application: it reads sources, takes what fits, swaps snapshots and tells of changes.
 *
 * @example
 * ```ts
 * const store = createConfig({ sections: CORE_SECTIONS, sources: [fileSource(configDirectory(), { logger })], clock, logger });
 * await store.start();
 * await store.startRemote([], 5000);
 * store.close();
 * ```
 */
export class ConfigStore extends Config {
  readonly #index: SectionIndex;
  readonly #reporter: Reporter;
  readonly #decrypting: Decrypting;
  readonly #feed: ChangeFeed;
  readonly #context: ViewContext;
  readonly #view: SnapshotView;
  readonly #memory: MemorySource;
  readonly #proposals: Proposals;
  readonly #followed = new FollowedKeys();
  readonly #disposers: Disposer[] = [];
  readonly #turns: Turns;
  /** The most important source first. */
  #states: SourceState[];
  #snapshot: Snapshot;
  /** A write to the memory source is under way that is to throw what refuses it. */
  #writing = false;
  /** From here on, sections that are not live wait for the next start. */
  #sealed = false;
  #closed = false;
  #started = false;

  constructor(private readonly options: ConfigStoreOptions) {
    super();
    const given = options.sources.find((source): source is MemorySource => 'set' in source && 'delete' in source);
    this.#memory = given ?? memorySource(options.values);
    this.#index = new SectionIndex(options.sections);
    const { decryption } = options;
    this.#reporter = new Reporter(options.logger, decryption && ((text) => decryption.secrets.hide(text)));
    this.#decrypting = new Decrypting(decryption);
    this.#feed = new ChangeFeed(options.logger);
    this.#turns = new Turns(options.clock, (error) => {
      this.#reporter.rejected({ source: this.#memory.name, sections: [], places: [] }, error);
    });
    this.#context = { index: this.#index, note: (line) => this.#reporter.once(line) };
    this.#view = new SnapshotView(() => this.#snapshot, this.#context);
    this.#states = inOrder([...options.sources, ...(given ? [] : [this.#memory])].map(stateOf));
    this.#snapshot = finish(Snapshot.making([], this.#index));
    this.#proposals = new Proposals({
      index: this.#index,
      reporter: this.#reporter,
      context: this.#context,
      followed: this.#followed,
      present: () => this.#snapshot,
      layers: (instead) => this.#layers(instead),
    });
    this.#follow(this.#states.find(({ source }) => source === this.#memory)!);
  }

  /**
   * Reads the local sources.
   *
   * @throws ChassisError `CONFIG_INVALID` naming every fault, or `CONFIG_UNREADABLE` when all that is wrong is that sources cannot be read
   */
  async start(): Promise<void> {
    const local = this.#states.filter(({ source }) => !source.remote);
    const loaded = await Promise.allSettled(local.map(({ source }) => source.load()));
    const errors: Error[] = [];
    for (const [index, result] of loaded.entries()) {
      if (result.status === 'fulfilled') local[index]!.layer = result.value;
      else errors.push(result.reason as Error);
    }
    await Promise.all(local.map((state) => this.#decryptAtStart(state)));
    const faults = this.#takeAll(local);
    if (faults.length === 0 && errors.length === 1) throw errors[0]!;
    const unreadable = errors.map(({ message }) => message);
    if (faults.length + errors.length > 0) throw invalid(faults, unreadable);
    this.#started = true;
  }

  /**
   * Reads the remote sources, those given here too, and begins to follow all sources. A remote source that fails or is late is reported,
   * left out and tried again. From here on a section that is not live waits for the next start.
   *
   * @param sources - remote sources that could be made only out of the local configuration
   * @param deadlineMs - how long remote sources are waited for, in milliseconds
   */
  async startRemote(sources: readonly ConfigSource[], deadlineMs: number): Promise<void> {
    this.#turns.settle();
    this.#states = inOrder([...this.#states, ...sources.map(stateOf)]);
    const remote = this.#states.filter(({ source }) => source.remote);
    for (const state of this.#states) {
      if (!state.source.remote && state.source !== this.#memory) this.#follow(state);
    }
    await Promise.all(remote.map((state) => this.#startRemote(state, deadlineMs)));
    this.#sealed = true;
  }

  /** Whether the local sources are read. */
  get started(): boolean {
    return this.#started;
  }

  /** Follows no source any more; what was read stays readable. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#turns.close();
    for (const dispose of this.#disposers.splice(0)) dispose();
    for (const { source } of this.#states) source.close?.();
  }

  /**
   * Adds a section, checked at once against all that is there; what a remote source says wrongly is reported and left out.
   *
   * @throws ChassisError `CONFIG_INVALID` when a local source holds what does not fit, or the key is taken
   */
  declare(section: Section<unknown>): void {
    if (this.#index.has(section)) return;
    this.#turns.settle();
    this.#index.add(section);
    const refusals: Refusal[] = [];
    for (const state of this.#states) {
      if (!state.layer) continue;
      const { layer, texts } = state;
      const accepted = finish(this.#accepting({ layer, texts }, NO_LEAVES));
      const mine = accepted.refusals.filter(({ part }) => part.section === section);
      if (state.source.remote) this.#reporter.refused(state.source.name, mine);
      else refusals.push(...mine);
      // Of the others what is in force stays: a change may be waiting for the next start.
      state.leaves = takeSection(state.leaves, accepted.leaves, (key) => this.#index.locate(key)?.section === section);
    }
    this.#snapshot = finish(Snapshot.making(this.#layers(), this.#index, this.#snapshot));
    const faults = [...refusals, ...(refusals.length > 0 ? [] : finish(this.#snapshot.faults()))];
    const own = faults.filter(({ part }) => part.section === section).flatMap((refusal) => refusal.faults);
    if (own.length > 0) throw invalid(own);
  }

  prepare<T>(section: Section<T>, run: (value: T) => Steps): Disposer {
    return this.#proposals.prepare(section, run as (value: unknown) => Steps);
  }

  /** Asks someone before each swap; see {@link BeforeSwap}. */
  beforeSwap(check: BeforeSwap): Disposer {
    return this.#proposals.ask(check);
  }

  /** What the local sources say, as it is written: nothing decrypted, nothing accepted or refused. */
  asWritten(): ConfigView {
    const local = this.#states.filter(({ source, layer }) => !source.remote && layer);
    const layers = local.map(({ source, layer }) => ({
      name: source.name,
      leaves: finish(normalising({ layer: layer!, texts: NO_TEXTS }, this.#index, () => undefined)),
    }));
    const snapshot = finish(Snapshot.making(layers, this.#index));
    return new SnapshotView(() => snapshot, this.#context);
  }

  get<T>(key: string, fallback: T): T {
    return this.#view.get(key, fallback);
  }

  raw(key: string): unknown {
    return this.#view.raw(key);
  }

  /** As {@link Config.section}; a section that is not declared yet is. */
  section<T>(section: Section<T>, name?: string): T {
    this.declare(section);
    return this.#view.section(section, name);
  }

  names(section: Section<unknown>): readonly string[] {
    this.declare(section);
    return this.#view.names(section);
  }

  origin(key: string): Origin | undefined {
    return this.#view.origin(key);
  }

  live<T>(key: string, fallback: T): Live<T> {
    const type = typeNameOf(fallback);
    if (type !== undefined) {
      this.leaveOutMisfits(key, type);
      const read = readAs(this.#snapshot, key, type);
      if (read && 'fault' in read) throw invalid([read.fault]);
      this.#followed.add(key, type);
    }
    return this.#follower(() => this.#view.get(key, fallback));
  }

  /** Reports and leaves out what remote sources say of a key that is of another type than somebody asks for, as of a section. */
  leaveOutMisfits(key: string, type: string): void {
    for (let read = this.#misfit(key, type); read; read = this.#misfit(key, type)) {
      const { key: blamed } = read;
      const state = this.#states.find(({ leaves }) => [...leaves.keys()].some((one) => isWithin(one, blamed)));
      if (!state?.source.remote) return;
      this.#turns.settle();
      state.leaves = keepWithin(state.leaves, NO_LEAVES, blamed);
      this.#snapshot = finish(Snapshot.making(this.#layers(), this.#index, this.#snapshot));
      const kept = this.raw(blamed);
      const keeps = kept === undefined ? 'its default' : show(blamed, kept, this.#snapshot.isSecret(blamed));
      this.#reporter.misfits(state.source.name, [read], () => keeps);
    }
  }

  #misfit(key: string, type: string): PlacedFault | undefined {
    const read = readAs(this.#snapshot, key, type);
    return read && 'fault' in read ? read.fault : undefined;
  }

  liveSection<T>(section: Section<T>, name?: string): Live<T> {
    let last = this.section(section, name);
    return this.#follower(() => {
      const faults: PlacedFault[] = [];
      const value = this.#snapshot.value(partOf(section, name), faults);
      // A name that is gone leaves nothing to make a whole of.
      if (faults.length === 0) last = value as T;
      return last;
    });
  }

  #follower<T>(read: () => T): Live<T> {
    return new LiveValue({ read, version: () => this.#snapshot, onSwap: (run) => this.#feed.onSwap(run) });
  }

  /** Every value in force and where it comes from; of what was encrypted `[redacted]`, all else as it is. */
  entries(): readonly ConfigEntry[] {
    return configEntries({ snapshot: this.#snapshot, index: this.#index, states: this.#states });
  }

  watch(pattern: string, listener: (change: ConfigChange) => void): Disposer {
    return this.#feed.watch(pattern, listener);
  }

  watchModule(prefix: string, listener: (changes: readonly ConfigChange[]) => void): Disposer {
    return this.#feed.watchModule(prefix, listener);
  }

  set(key: string, value: unknown): void {
    const layer: Layer = { values: { [key]: value }, place: () => 'memory' };
    const texts = this.#decrypting.readNow(layer.values, NO_TEXTS);
    const { refusals } = finish(this.#accepting({ layer, texts }, NO_LEAVES));
    if (refusals.length > 0) throw invalid(refusals.flatMap(({ faults }) => faults));
    this.#write(() => this.#memory.set(key, value));
  }

  delete(key: string): void {
    this.#write(() => this.#memory.delete(key));
  }

  /** Takes what fits of sources that were just read, with nobody to ask; used while nothing runs yet. */
  #takeAll(states: readonly SourceState[]): readonly PlacedFault[] {
    const refusals: Refusal[] = [];
    for (const state of states) {
      if (!state.layer) continue;
      const { layer, texts } = state;
      const accepted = finish(this.#accepting({ layer, texts }, state.leaves));
      this.#noteUnknown(finish(findingUnknown(accepted.leaves, this.#index, layer.caseless === true)));
      state.leaves = accepted.leaves;
      refusals.push(...accepted.refusals);
    }
    this.#snapshot = finish(Snapshot.making(this.#layers(), this.#index, this.#snapshot));
    const partial = new Set(refusals.map(({ part }) => part.prefix));
    const incomplete = finish(this.#snapshot.faults()).filter(({ part }) => !partial.has(part.prefix));
    const faults = [...refusals, ...incomplete].flatMap((refusal) => refusal.faults);
    return [...faults, ...this.#followed.faults(this.#snapshot)];
  }

  async #startRemote(state: SourceState, deadlineMs: number): Promise<void> {
    const { clock } = this.options;
    const loader = new RemoteLoader(state.source, {
      clock,
      failed: (error) => this.#reporter.missing(state.source.name, error),
      loaded: (layer) => {
        const taken = this.#offer(state, layer);
        this.#follow(state);
        return taken;
      },
    });
    this.#disposers.push(() => loader.stop());
    await loader.start(deadlineMs);
  }

  #follow(state: SourceState): void {
    if (this.#closed) return;
    const stop = state.source.watch?.((next) => {
      if (this.#closed) return;
      if (next instanceof Error) this.#reporter.unreadable(state.source.name, next);
      else void this.#offer(state, next);
    });
    if (stop) this.#disposers.push(stop);
  }

  async #decryptAtStart(state: SourceState): Promise<void> {
    if (state.layer) state.texts = await this.#decrypting.read(state.layer.values, NO_TEXTS);
  }

  /** Takes over what a source says, after the changes that came before it; a promise where a cipher has to be waited for. */
  #offer(state: SourceState, layer: Layer): void | Promise<void> {
    state.reads += 1;
    if (this.#writing && state.source === this.#memory) {
      // What listeners of this change write has its own turn.
      this.#writing = false;
      const texts = this.#decrypting.readNow(layer.values, state.texts);
      finish(this.#changing(state, { layer, texts }, this.#started));
      return;
    }
    const texts = this.#decrypting.read(layer.values, state.texts);
    if (texts instanceof Promise) return this.#takeLater(state, layer, texts);
    this.#take(state, { layer, texts });
  }

  /** What a source says once more meanwhile counts instead. */
  async #takeLater(state: SourceState, layer: Layer, decrypted: Promise<DecryptedTexts>): Promise<void> {
    const { reads } = state;
    const texts = await decrypted;
    if (this.#closed || state.reads !== reads) return;
    try {
      this.#take(state, { layer, texts });
    } catch (error) {
      this.#reporter.rejected({ source: state.source.name, sections: [], places: [] }, error);
    }
  }

  #take(state: SourceState, read: ReadLayer): void {
    if (isLong(read.layer.values)) this.#turns.inSlices(() => this.#changing(state, read, false));
    else this.#turns.take(() => finish(this.#changing(state, read, false)));
  }

  /** Writes to the memory source, which puts back what it had when the change is refused. */
  #write(run: () => void): void {
    this.#turns.take(() => {
      this.#writing = true;
      try {
        run();
      } finally {
        this.#writing = false;
      }
    });
  }

  /** @param whole - throws what refuses the change or a part of it, of which nothing is taken then */
  *#changing(state: SourceState, read: ReadLayer, whole: boolean): Steps {
    this.#reporter.begin();
    const acceptable = yield* this.#acceptable(state, read);
    const proposed = yield* this.#proposals.proposing(state, acceptable, whole);
    this.#reporter.end(state.source.name);
    ({ layer: state.layer, texts: state.texts } = read);
    if (proposed) yield* this.#swapping(state, proposed);
  }

  /** What fits of a layer, without what has to wait for the next start. */
  *#acceptable(state: SourceState, read: ReadLayer): Steps<Leaves> {
    const { name } = state.source;
    const accepted = yield* this.#accepting(read, state.leaves);
    this.#noteUnknown(yield* findingUnknown(accepted.leaves, this.#index, read.layer.caseless === true));
    this.#reporter.refused(name, accepted.refusals);
    let { leaves } = accepted;
    for (const part of this.#sealed ? yield* changedAtRest(state.leaves, leaves, this.#index) : []) {
      this.#reporter.waits(name, part.prefix);
      leaves = keepSection(leaves, state.leaves, { part, index: this.#index });
    }
    return leaves;
  }

  /** Begins with the swap: nothing happens between the agreement and it. */
  *#swapping(state: SourceState, { leaves, snapshot, changes, commits }: Proposal): Steps {
    state.leaves = leaves;
    this.#snapshot = snapshot;
    if (changes.length === 0) return;
    const { logger } = this.options;
    for (const commit of commits) {
      try {
        commit();
      } catch (error) {
        logger.error('a part could not take over the changed configuration', { error });
      }
    }
    const keys = changes.slice(0, 50).map(({ key }) => key);
    const more = changes.length - keys.length;
    logger.info('configuration changed', { source: state.source.name, keys, ...(more > 0 && { more }) });
    yield* this.#feed.delivering(changes);
  }

  #layers(instead?: Instead): SourceLeaves[] {
    return this.#states.map((state) => ({
      name: state.source.name,
      leaves: state === instead?.state ? instead.leaves : state.leaves,
    }));
  }

  #noteUnknown(lines: readonly string[]): void {
    for (const line of lines) this.#reporter.once(line);
  }

  *#accepting(read: ReadLayer, previous: Leaves): Steps<Acceptance> {
    const offered = yield* normalising(read, this.#index, (line) => this.#reporter.once(line));
    return yield* accepting(offered, previous, this.#index);
  }
}

/**
 * Makes the configuration of an application; nothing is read before `start`.
 *
 * @param options - sections, sources, clock and logger
 *
 * @example
 * ```ts
 * const config = createConfig({ sections: CORE_SECTIONS, sources: [environmentSource(), commandLineSource()], clock, logger });
 * await config.start();
 * ```
 */
export function createConfig(options: ConfigStoreOptions): ConfigStore {
  return new ConfigStore(options);
}

/** The same leaves but, of those that are asked for, what another lists. */
function takeSection(leaves: Leaves, fresh: Leaves, mine: (key: string) => boolean): Leaves {
  return new Map([...[...leaves].filter(([key]) => !mine(key)), ...[...fresh].filter(([key]) => mine(key))]);
}

/** Keys, and characters of texts, above which a layer is taken over in slices. */
const MANY_KEYS = 500;
const LONG_TEXT = 32_768;

/** Whether a layer holds so much that to take it over takes a while; counted to that point only. */
function isLong(values: object): boolean {
  let keys = MANY_KEYS;
  let text = LONG_TEXT;
  const count = (tree: object): void => {
    for (const value of Object.values(tree) as unknown[]) {
      keys -= 1;
      if (typeof value === 'string') text -= value.length;
      if (keys < 0 || text < 0) return;
      if (isTree(value)) count(value);
    }
  };
  count(values);
  return keys < 0 || text < 0;
}
