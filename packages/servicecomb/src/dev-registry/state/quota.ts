import { FAILURE } from '../../wire/failure-codes.js';
import { RegistryFailure } from '../registry-failure.js';

/** How much a registry takes in. */
export const QUOTA = {
  services: 50_000,
  instances: 150_000,
  /** Consumers times the services that each looked for. */
  dependencies: 500_000,
  /** Of all records and schemas together. */
  characters: 256 * 1024 * 1024,
  tagsPerService: 100,
};

/** @throws RegistryFailure when a number is beyond its bound */
export function withinQuota(what: string, wanted: number, most: number): void {
  if (wanted > most) throw new RegistryFailure(FAILURE.quota, `no quota to create ${what}, the most is ${most}`);
}
