import { FAILURE } from '../wire/failure-codes.js';
import type { FailureRecord } from '../wire/records.js';

/** What service-center calls its failures. */
const MESSAGES: Readonly<Record<string, string>> = {
  [FAILURE.invalidParameters]: 'Invalid parameter(s)',
  [FAILURE.serviceExists]: 'Micro-service already exists',
  [FAILURE.serviceMissing]: 'Micro-service does not exist',
  [FAILURE.serviceHasInstances]: 'Micro-service has deployed instance(s)',
  [FAILURE.schemaUndefined]: 'Undefined schema id',
  [FAILURE.schemaRefused]: 'Not allowed to modify schema',
  [FAILURE.schemaMissing]: 'Schema does not exist',
  [FAILURE.instanceMissing]: 'Instance does not exist',
  [FAILURE.tagMissing]: 'Tag does not exist',
  [FAILURE.consumersDepend]: 'Consumer(s) depends on this micro-service',
  [FAILURE.versionMissing]: 'Micro-service version does not exist',
  [FAILURE.quota]: 'Not enough quota',
  [FAILURE.unauthorized]: 'Request unauthorized',
  [FAILURE.wrongPassword]: 'User name or password is wrong',
  [FAILURE.noToken]: 'No authorized header',
  [FAILURE.tokenExpired]: 'Token is expired',
  [FAILURE.internal]: 'Internal server error',
};

/** A refusal, as service-center tells it: a code of six digits, the first three of which are the HTTP status. */
export class RegistryFailure extends Error {
  override readonly name = 'RegistryFailure';

  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }

  get status(): number {
    return Number(this.code.slice(0, 3));
  }

  get record(): FailureRecord {
    return { errorCode: this.code, errorMessage: MESSAGES[this.code] ?? 'Failed', detail: this.detail };
  }
}

export function invalid(detail: string): RegistryFailure {
  return new RegistryFailure(FAILURE.invalidParameters, detail);
}

export function serviceMissing(detail = 'Service does not exist.'): RegistryFailure {
  return new RegistryFailure(FAILURE.serviceMissing, detail);
}
