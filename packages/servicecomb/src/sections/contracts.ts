import { defineSection } from '@ts-chassis/core';

/**
 * What is stored as contracts of this service: `servicecomb.contracts`.
 *
 * @example
 * ```ts
 * const { javaPackage } = config.section(ContractsSection);
 * ```
 */
export interface ContractsValues {
  /** Empty: only schemas that say so themselves (`@Schema({ javaInterface })`) name an interface. */
  readonly javaPackage: string;
  /** Bytes beyond which a contract is not stored. */
  readonly maxBytes: number;
  /** Empty: only the folder of the configuration is looked into. */
  readonly schemaRoot: string;
}

/**
 * The section of {@link ContractsValues}; `schemaRoot` is go-chassis's variable `SCHEMA_ROOT`.
 *
 * @example
 * ```ts
 * // servicecomb: { contracts: { javaPackage: com.example.shop } }
 * const { javaPackage } = config.section(ContractsSection);
 * ```
 */
export const ContractsSection = defineSection<ContractsValues>({
  key: 'servicecomb.contracts',
  live: false,
  description: 'What is stored as contracts of this service where the registry keeps contracts: service-center.',
  schema: {
    'x-scope': 'application',
    type: 'object',
    properties: {
      javaPackage: {
        type: 'string',
        default: '',
        pattern: '^$|^[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*$',
        description:
          'Package of the Java interfaces that contracts name (`x-java-interface`): `{javaPackage}.{SchemaId}`. A schema that names its own keeps it.',
      },
      maxBytes: {
        type: 'integer',
        minimum: 1,
        default: 1_000_000,
        description: 'Bytes of a contract beyond which it is not stored: service-center fails at those of 1.5 MB.',
      },
      schemaRoot: {
        type: 'string',
        default: '',
        'x-source': 'go-chassis',
        description:
          'A further folder of contracts written by hand, `{schemaRoot}/{service}/schema/*.yaml`; they stand before those in the folder of the configuration.',
      },
    },
  },
  aliases: { SCHEMA_ROOT: 'servicecomb.contracts.schemaRoot' },
});
