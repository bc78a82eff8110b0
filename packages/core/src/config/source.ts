import type { Disposer } from '../clock/clock.js';

/**
 * What a source holds at one moment.
 *
 * @example
 * ```ts
 * const layer: Layer = { values: { shop: { discount: 5 } }, place: (key) => `memory ${key}` };
 * ```
 */
export interface Layer {
  /** A tree; dotted keys in it are split when it is read. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where a key stands: file and line, variable, revision. Items of a list are asked for as `key[0]`; the place of the list will do. */
  place(key: string): string;
  /** A scalar as it was written, where that says more than its value: a text declared `1.10` stays `1.10`. */
  written?(key: string): string | undefined;
  /** The line of the file at which the text of a key begins, where each of its lines is one of the file: a block scalar of YAML. */
  textLine?(key: string): number | undefined;
  /** Keys find the declared ones without regard to case, as variables like `SERVICECOMB_REGISTRY_ADDRESS` ask for. Default false. */
  readonly caseless?: boolean;
}

/**
 * Somewhere configuration comes from. A plug-in declares remote ones with `host.configSource`.
 *
 * @example
 * ```ts
 * const source: ConfigSource = { name: 'kie', priority: 0, remote: true, load: () => fetchAll() };
 * ```
 */
export interface ConfigSource {
  readonly name: string;
  /** The lower wins: remote 0, memory 1, command line 2, environment 3, files 4 (go-chassis's order). */
  readonly priority: number;
  /** A remote source is loaded after the local ones, may be reported and left out, and is tried again. Default false. */
  readonly remote?: boolean;
  load(): Promise<Layer>;
  /** Calls back with a new layer, or with the error that kept it from one. */
  watch?(listener: (next: Layer | Error) => void): Disposer;
  /** The application has ended, or its start failed: connections are to be closed, also those of a `load` under way. Never throws. */
  close?(): void;
}
