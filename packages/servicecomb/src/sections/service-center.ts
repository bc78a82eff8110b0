import { defineSection, duration } from '@ts-chassis/core';

/**
 * How service-center is called: `servicecomb.registry.serviceCenter`.
 *
 * @example
 * ```ts
 * const { project, timeout } = config.section(ServiceCenterSection);
 * ```
 */
export interface ServiceCenterValues {
  readonly project: string;
  readonly domain: string;
  /** Milliseconds. */
  readonly healthCheckInterval: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly maxAnswerBytes: number;
}

/**
 * The section of {@link ServiceCenterValues}; go-chassis has its variables `CSE_PROJECT_ID` and `CHASSIS_SC_HEALTH_CHECK_INTERVAL`.
 *
 * @example
 * ```ts
 * host.section(ServiceCenterSection);
 * ```
 */
export const ServiceCenterSection = defineSection<ServiceCenterValues>({
  key: 'servicecomb.registry.serviceCenter',
  live: false,
  description: 'How service-center is called, for the registry `servicecenter`.',
  schema: {
    'x-scope': 'application',
    type: 'object',
    properties: {
      project: {
        type: 'string',
        default: 'default',
        pattern: '^[\\w.-]{1,128}$',
        description: 'Project of the tenant, a part of every path.',
      },
      domain: {
        type: 'string',
        default: 'default',
        pattern: '^[\\w.-]{1,128}$',
        description: 'Tenant, sent as `X-Domain-Name`.',
      },
      healthCheckInterval: {
        ...duration({
          default: '15s',
          unit: 's',
          description: 'Time between two looks at the addresses, where there are several; bare numbers are seconds.',
        }),
        minimum: 1000,
      },
      timeout: {
        ...duration({ default: '5s', description: 'Longest wait for one answer of one address.' }),
        minimum: 1,
      },
      maxAnswerBytes: {
        type: 'integer',
        minimum: 65_536,
        default: 16_777_216,
        description: 'Longest answer that is read; a longer one is refused.',
      },
    },
  },
  aliases: {
    CSE_PROJECT_ID: 'servicecomb.registry.serviceCenter.project',
    CHASSIS_SC_HEALTH_CHECK_INTERVAL: 'servicecomb.registry.serviceCenter.healthCheckInterval',
  },
});
