import { defineSection } from '@ts-chassis/core';

/**
 * What a listener lets pages of other origins do: `servicecomb.protocols.{name}.cors`, by the keys of go-chassis.
 *
 * @example
 * ```ts
 * const { enable, allowedDomains } = config.section(CorsSection, 'rest');
 * ```
 */
export interface CorsValues {
  readonly enable: boolean;
  readonly allowedDomains: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly cookiesAllowed: boolean;
  /** In seconds. */
  readonly maxAge: number;
}

const ORIGIN = String.raw`^(?:\*|\.\*|[A-Za-z][A-Za-z0-9+.-]*://(?:(?:\*\.)?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)$`;
const TOKEN = String.raw`^[!#$%&'*+.^_\x60|~0-9A-Za-z-]+$`;

const names = (description: string): object => ({
  type: 'array',
  items: { type: 'string', pattern: TOKEN, 'x-expected': 'a name without blanks and commas' },
  default: [],
  description,
});

/** Origins of which one is any. */
const ANY = { not: { minItems: 1, items: { not: { enum: ['*', '.*'] } } } };

/**
 * The section of {@link CorsValues}.
 *
 * @example
 * ```ts
 * const cors = config.liveSection(CorsSection, 'rest');
 * ```
 */
export const CorsSection = defineSection<CorsValues>({
  key: 'servicecomb.protocols.*.cors',
  live: true,
  description: 'What a listener of REST lets pages of other origins do (CORS).',
  schema: {
    'x-source': 'go-chassis',
    'x-scope': 'listener',
    type: 'object',
    properties: {
      enable: { type: 'boolean', default: false, description: 'Whether pages of other origins are told anything.' },
      allowedDomains: {
        type: 'array',
        items: {
          type: 'string',
          pattern: ORIGIN,
          'x-expected':
            '* or an origin such as https://shop.example, https://shop.example:8443 or https://*.shop.example',
        },
        default: [],
        description:
          'Origins that may read answers: scheme, host and port, without a path; `https://*.shop.example` for all hosts below one; none, or `*`, for any.',
      },
      allowedMethods: names('Methods they may use; none for those that the path has.'),
      allowedHeaders: names(
        'Headers they may send beside the few that any page may; `*` for any. JSON bodies need `Content-Type`.',
      ),
      exposeHeaders: names('Headers of answers they may read beside the few that any page may.'),
      cookiesAllowed: {
        type: 'boolean',
        default: false,
        description: 'Whether they may send cookies and other credentials; then `allowedDomains` names the origins.',
      },
      maxAge: {
        type: 'integer',
        minimum: 0,
        default: 0,
        description: 'For how many seconds browsers remember what a preflight said; 0 for their own default.',
      },
    },
    not: {
      properties: { enable: { const: true }, cookiesAllowed: { const: true }, allowedDomains: ANY },
      'x-expected': 'cookiesAllowed for any origin (name the origins in allowedDomains)',
    },
  },
});
