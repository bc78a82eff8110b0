import { defineSection } from '../section.js';

/**
 * The configured chains, by side and name: `servicecomb.handler.chain`.
 *
 * @example
 * ```ts
 * const names = config.section(HandlerChainSection).Provider['default'];
 * ```
 */
export interface HandlerChainValues {
  readonly Provider: Readonly<Record<string, readonly string[]>>;
  readonly Consumer: Readonly<Record<string, readonly string[]>>;
}

const chains = (description: string): object => ({
  type: 'object',
  additionalProperties: { type: 'array', items: { type: 'string', minLength: 1 } },
  default: {},
  description,
});

/**
 * The section of {@link HandlerChainValues}: lists, or go-chassis's text with commas.
 *
 * @example
 * ```ts
 * const { Consumer } = config.section(HandlerChainSection);
 * ```
 */
export const HandlerChainSection = defineSection<HandlerChainValues>({
  key: 'servicecomb.handler.chain',
  live: true,
  description: 'Which handlers stand in a chain, by its name; a list replaces the default chain and keeps its order.',
  schema: {
    'x-source': 'go-chassis',
    'x-scope': 'chain',
    type: 'object',
    properties: {
      Provider: chains('Chains of providers: `default`, or the name of a listener.'),
      Consumer: chains('Chains of consumers: `default`, or a name that a call asks for.'),
    },
  },
});
