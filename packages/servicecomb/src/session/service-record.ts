import { RegistrySection, ServiceSection, type RegistryContext, type ServiceIdentity } from '@ts-chassis/core';
import { VERSION } from '../version.js';
import type { ServiceRecord } from '../wire/records.js';
import { checkName, obeys, RULES } from './check-names.js';

/** Lets services of other applications find a service. */
const ALLOW_CROSS_APP = 'allowCrossApp';

/** What {@link serviceRecord} is made of. */
export type RecordContext = Pick<RegistryContext, 'config' | 'identity' | 'schemas'>;

/**
 * Refuses a service that service-center would refuse.
 *
 * @throws ChassisError `CONFIG_INVALID`
 */
export function checkIdentity({ app, service, version, environment }: ServiceIdentity): void {
  checkName('servicecomb.service.app', app, RULES.app);
  checkName('servicecomb.service.name', service, RULES.service);
  checkName('servicecomb.service.version', version, RULES.version);
  checkName('servicecomb.service.environment', environment, RULES.environment);
}

/**
 * Our own service as service-center keeps it; what is empty is left out, as go-chassis does.
 *
 * @param furtherSchemas - ids beside those that are configured or served
 * @throws ChassisError `CONFIG_INVALID` for an id of a schema that the registry would refuse
 */
export function serviceRecord(context: RecordContext, furtherSchemas: readonly string[]): ServiceRecord {
  const { app, service, version, environment } = context.identity;
  const { paths } = context.config.section(ServiceSection);
  const alias = `${app}:${service}`;
  const schemas = schemasOf(context, furtherSchemas);
  const properties = propertiesOf(context);
  return {
    appId: app,
    serviceName: service,
    version,
    ...(schemas.length > 0 && { schemas }),
    ...(paths.length > 0 && { paths }),
    // Not that of the instance: the record outlives it.
    status: 'UP',
    ...(Object.keys(properties).length > 0 && { properties }),
    // Names that are valid by themselves may be too long together.
    ...(obeys(alias, RULES.alias) && { alias }),
    ...(environment !== '' && { environment }),
    registerBy: 'SDK',
    framework: { name: 'ts-chassis', version: VERSION },
  };
}

/**
 * What the properties of a service that is there already have to become; undefined when they may stay. Those that others added stay,
 * but for the leave of other applications to find it, which `servicecomb.registry.scope` alone gives and takes.
 */
export function changedProperties(
  there: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const { [ALLOW_CROSS_APP]: _, ...others } = there;
  const wanted: Readonly<Record<string, string>> = { ...others, ...ours };
  const names = new Set([...Object.keys(there), ...Object.keys(wanted)]);
  return [...names].some((name) => there[name] !== wanted[name]) ? wanted : undefined;
}

function schemasOf({ config, schemas }: RecordContext, further: readonly string[]): readonly string[] {
  const configured = config.section(ServiceSection).schemas;
  for (const id of configured) checkName('servicecomb.service.schemas', id, RULES.schema);
  const ids = [...(configured.length > 0 ? configured : schemas()), ...further];
  for (const id of ids) checkName('id of a schema', id, RULES.schema);
  return [...new Set(ids)];
}

function propertiesOf({ config }: RecordContext): Readonly<Record<string, string>> {
  const { properties } = config.section(ServiceSection);
  return config.section(RegistrySection).scope === 'full' ? { ...properties, [ALLOW_CROSS_APP]: 'true' } : properties;
}
