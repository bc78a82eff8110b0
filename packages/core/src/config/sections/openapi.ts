import { defineSection } from '../section.js';

/**
 * Which listeners serve documents: `servicecomb.openapi`.
 *
 * @example
 * ```ts
 * const { enable } = config.section(OpenApiSection);
 * ```
 */
export interface OpenApiValues {
  readonly enable: boolean;
  /** Empty: every REST listener. */
  readonly listeners: readonly string[];
}

/**
 * The section of {@link OpenApiValues}.
 *
 * @example
 * ```ts
 * const openapi = config.section(OpenApiSection);
 * ```
 */
export const OpenApiSection = defineSection<OpenApiValues>({
  key: 'servicecomb.openapi',
  live: false,
  description: 'The documents `/apidocs.json` (OpenAPI 2.0) and `/openapi.json` (3.1).',
  schema: {
    type: 'object',
    properties: {
      enable: { type: 'boolean', default: true, description: 'Serve the documents.' },
      listeners: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Names of the listeners that serve them; empty for every REST listener.',
      },
    },
  },
});

/**
 * Whether documents are neither made nor served: `servicecomb.noRefreshSchema`.
 *
 * @example
 * ```ts
 * if (!config.section(NoRefreshSchemaSection)) serveDocuments();
 * ```
 */
export const NoRefreshSchemaSection = defineSection<boolean>({
  key: 'servicecomb.noRefreshSchema',
  live: false,
  schema: {
    'x-source': 'go-chassis',
    type: 'boolean',
    default: false,
    description: 'Make and serve no documents; contracts are those of the schema folder.',
  },
});
