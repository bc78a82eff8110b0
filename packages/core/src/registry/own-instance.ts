import type { Instance } from '../endpoint/instance.js';

/**
 * What may be changed of a registered instance.
 *
 * @example
 * ```ts
 * const change: InstanceUpdate = { status: 'OUTOFSERVICE' };
 * ```
 */
export type InstanceUpdate = Partial<Pick<Instance, 'status' | 'metadata'>>;

/**
 * The instance that this process is to others; injectable by type. What is changed stays so when the registry forgets and is told again.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class Maintenance {
 *   constructor(private readonly own: OwnInstance) {}
 *   begin(): Promise<void> {
 *     return this.own.update({ status: 'OUTOFSERVICE' });
 *   }
 * }
 * ```
 */
export abstract class OwnInstance {
  /** As it is announced; undefined before it is, and after it was withdrawn. */
  abstract readonly registered: Instance | undefined;

  /**
   * Changes the status, the metadata (all of it), or both.
   *
   * @throws ChassisError `NOT_REGISTERED` while it is not announced; `ARGUMENT_INVALID` for a status that is none, or metadata that are no
   * texts; `REGISTRY_UNAVAILABLE`
   */
  abstract update(change: InstanceUpdate): Promise<void>;
}
