import type { Clock } from '../../clock/clock.js';
import type { Logger } from '../../telemetry/logger.js';
import type { FileSystem } from './file-system.js';
import type { ProcessProbe } from './process-probe.js';

/** How often an owner shows that it lives. */
export const BEAT_MS = 2000;

/** How many beats may be missed before an instance is gone. */
export const MISSED_BEATS = 3;

/**
 * What every role of the local registry takes.
 *
 * @example
 * ```ts
 * const options: LocalOptions = { root, clock, logger, files: nodeFileSystem, processes: createProcessProbe() };
 * ```
 */
export interface LocalOptions {
  /** Absolute path of the registry's folder. */
  readonly root: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: FileSystem;
  readonly processes: ProcessProbe;
}
