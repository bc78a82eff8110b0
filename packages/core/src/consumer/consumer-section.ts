import { defineSection } from '../config/section.js';

/** How this application calls others. */
export interface ConsumerSettings {
  readonly timeoutMs: number;
  readonly isolationMs?: number;
  readonly forwardHeaders: readonly string[];
  readonly inProcess: readonly string[];
  readonly services: Readonly<Record<string, ServiceSettings>>;
}

interface ServiceSettings {
  readonly protocol?: string;
  readonly timeoutMs?: number;
  readonly isolationMs?: number;
}

export const ConsumerSection = defineSection<ConsumerSettings>({
  key: 'servicecomb.consumer',
  live: true,
  description: 'How this application calls other services.',
  aliases: Object.fromEntries(
    ['cse', 'servicecomb'].flatMap((prefix) => [
      [`${prefix}.isolation.Consumer.timeoutInMilliseconds`, 'servicecomb.consumer.isolationMs'],
      [`${prefix}.isolation.Consumer.*.timeoutInMilliseconds`, 'servicecomb.consumer.services.*.isolationMs'],
    ]),
  ),
  schema: {
    type: 'object',
    properties: {
      timeoutMs: {
        type: 'integer',
        minimum: 0,
        default: 30_000,
        description:
          'Time granted to a call in milliseconds (the default of go-chassis), 0 for no limit; never beyond the deadline of the request it is made in.',
      },
      isolationMs: {
        type: 'integer',
        minimum: 0,
        description:
          'What go-chassis calls cse.isolation.Consumer.timeoutInMilliseconds: counts in the place of timeoutMs, 0 for no limit. Where governance() is listed, its timeout ends the call, and what is granted otherwise only bounds what stands in for it.',
      },
      forwardHeaders: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description:
          'Headers of a received request that travel on with the calls made inside it. Authorization and cookies only if named here.',
      },
      inProcess: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description:
          'Services, besides our own, whose schemas this application serves itself: calls of them stay in the process. Splitting a monolith is taking a name out.',
      },
      services: {
        type: 'object',
        default: {},
        description: 'By name of the called service.',
        additionalProperties: {
          type: 'object',
          properties: {
            protocol: { type: 'string', description: 'The protocol to call it by.' },
            timeoutMs: {
              type: 'integer',
              minimum: 0,
              description: 'Time granted to a call of it in milliseconds; 0 for no limit.',
            },
            isolationMs: {
              type: 'integer',
              minimum: 0,
              description: 'The same as cse.isolation.Consumer.{service}.timeoutInMilliseconds.',
            },
          },
        },
      },
    },
  },
});

/** The settings of one called service; services may be called like members of every object. */
export function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
