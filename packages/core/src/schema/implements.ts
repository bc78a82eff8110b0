import { annotate, read, type AnyClass } from '../metadata/annotate.js';
import { callSite, DeclaredAt } from '../metadata/call-site.js';
import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';
import { coreError } from '../errors/core-error.js';
import { operationMembers } from './operation-members.js';
import { SchemaKey } from './schema.js';

/**
 * The contract a provider implements.
 *
 * @example
 * ```ts
 * const contract = read(CatalogService, ImplementsKey); // Catalog
 * ```
 */
export const ImplementsKey: MetadataKey<AnyClass> = metadataKey('implements');

/**
 * Marks the provider of a contract. It extends the contract or has all its methods; the compiler checks their types, the
 * decorator that none is missing. What the contract says of its methods holds for the provider's.
 *
 * @param contract - a class with `@Schema`
 * @throws ChassisError `SCHEMA_INVALID` when the contract is none or an operation is not implemented
 *
 * @example
 * ```ts
 * @Implements(Catalog)
 * export class CatalogService extends Catalog {
 *   override find(isbn: string) { return this.books.get(isbn); }
 * }
 * ```
 */
export function Implements<C extends AnyClass>(
  contract: C,
): <I extends new (...args: never[]) => InstanceType<C>>(provider: I) => void {
  const declaredAt = callSite(Implements);
  return (provider) => {
    if (read(contract, SchemaKey) === undefined) {
      throw coreError(
        'SCHEMA_INVALID',
        `@Implements on ${provider.name}: ${contract.name} has no @Schema, so it is no contract`,
      );
    }
    const missing = operationMembers(contract).filter((member) => !implementsMember(provider, contract, member));
    if (missing.length > 0) {
      throw coreError(
        'SCHEMA_INVALID',
        `@Implements on ${provider.name}: it does not implement ${missing.join(', ')} of ${contract.name}`,
      );
    }
    annotate(provider, ImplementsKey, { value: contract });
    annotate(provider, DeclaredAt, { value: declaredAt });
  };
}

/** An inherited method counts when it does something else than refuse. */
function implementsMember(provider: AnyClass, contract: AnyClass, member: string): boolean {
  const method = (provider.prototype as Record<string, unknown>)[member];
  if (typeof method !== 'function') return false;
  return (
    method !== (contract.prototype as Record<string, unknown>)[member] ||
    !/\bremote\b/.test(Function.prototype.toString.call(method))
  );
}
