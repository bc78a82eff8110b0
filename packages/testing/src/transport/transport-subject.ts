import type { Plugin } from '@ts-chassis/core';
import type { TestRunner } from '../registry/registry-subject.js';

/**
 * What a protocol can do beyond calls that are answered once or by a stream; each has its cases in {@link transportConformance}.
 * `client-streams`: an argument may be a stream, `bidirectional`: while the answer is one too. `sockets`: its listeners are TCP ports.
 * `stream-failures`: what fails in the middle of a stream is told as it is. `limit`: messages longer than `maxBodyBytes` are refused.
 *
 * @example
 * ```ts
 * const abilities: readonly TransportAbility[] = ['sockets', 'limit'];
 * ```
 */
export type TransportAbility = 'client-streams' | 'bidirectional' | 'stream-failures' | 'sockets' | 'limit';

/**
 * A protocol under test.
 *
 * @example
 * ```ts
 * const subject: TransportSubject = { protocol: 'talk', plugins: () => [talk()], abilities: ['sockets', 'limit'] };
 * ```
 */
export interface TransportSubject {
  /** The name of its listeners and endpoints. */
  readonly protocol: string;
  readonly abilities: readonly TransportAbility[];
  /** For each application of a case, made anew: the plug-in with both sides of the protocol, and what it needs. */
  plugins(): readonly Plugin[];
  /** More configuration for both sides, by dotted key. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Default `127.0.0.1:0`. */
  readonly listenAddress?: string;
}

/**
 * What {@link transportConformance} takes besides its subject.
 *
 * @example
 * ```ts
 * const options: TransportConformanceOptions = { runner: { describe, it } };
 * ```
 */
export interface TransportConformanceOptions {
  readonly runner: TestRunner;
}
