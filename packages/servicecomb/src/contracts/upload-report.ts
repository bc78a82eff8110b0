import { failureCodeOf } from '../service-center/failure.js';
import { FAILURE } from '../wire/failure-codes.js';
import type { Logger } from '@ts-chassis/core';

const LONGEST_REASON = 200;
/** service-center 1.x takes no environment for production. */
const FOR_GOOD =
  'contracts of a version are for good here: give the service a new version, or, while it changes, the environment development';

/** Tells what of the contracts is not stored, and why: each trouble once, and again only after it was over. */
export class UploadReport {
  readonly #told = new Map<string, string>();

  constructor(private readonly logger: Logger) {}

  stored(schemaId: string): void {
    this.#told.delete(`schema ${schemaId}`);
  }

  refused(schemaId: string, error: unknown): void {
    const code = failureCodeOf(error);
    const hint = code === FAILURE.schemaRefused || code === FAILURE.schemaUndefined ? FOR_GOOD : undefined;
    const message =
      code === FAILURE.schemaRefused
        ? 'a contract is not stored: calls by name go by the one that is there'
        : 'a contract is not stored: calls by name will not find it';
    this.#warn(`schema ${schemaId}`, message, {
      schema: schemaId,
      reason: reasonOf(error),
      ...(hint && { hint }),
    });
  }

  /** It lets nobody store any, or not this account. */
  takesNone(error: unknown): void {
    this.#warn('all', 'the registry takes no contracts: calls by name will not find them', { reason: reasonOf(error) });
  }

  /** Whatever the reason: an outage has a new one with each try. */
  failed(error: unknown): void {
    if (this.#told.has('failed')) return;
    this.#warn('failed', 'the contracts are not stored yet', { reason: reasonOf(error) });
  }

  ended(): void {
    if (this.#told.delete('failed')) this.logger.info('the contracts are stored');
    this.#told.delete('all');
  }

  unreadable(error: unknown): void {
    this.#warn('files', 'the contracts that are written by hand cannot be read', { reason: reasonOf(error) });
  }

  #warn(trouble: string, message: string, fields: { readonly reason: string; readonly [name: string]: string }): void {
    if (this.#told.get(trouble) === fields.reason) return;
    this.#told.set(trouble, fields.reason);
    this.logger.warn(message, fields);
  }
}

/** What the registry says is not ours: not all of it goes into a line. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}
