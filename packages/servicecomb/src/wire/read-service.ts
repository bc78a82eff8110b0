import { present } from './read-instance.js';
import { idOf, isRecord, listOf, textMapOf, textOf, textsOf } from './read-json.js';
import type { ServiceKey, ServiceRecord } from './records.js';

/** A service; undefined when it lacks its id or its name. */
export function readService(value: unknown): (ServiceRecord & { readonly serviceId: string }) | undefined {
  if (!isRecord(value)) return undefined;
  const serviceId = idOf(value['serviceId']);
  const serviceName = textOf(value['serviceName']);
  if (!serviceId || !serviceName) return undefined;
  return {
    ...{ serviceId, serviceName },
    appId: textOf(value['appId']) ?? 'default',
    version: textOf(value['version']) ?? '',
    ...present('description', textOf(value['description'])),
    ...present('level', textOf(value['level'])),
    ...present('schemas', Array.isArray(value['schemas']) ? textsOf(value['schemas']) : undefined),
    ...present('paths', pathsOf(value['paths'])),
    ...present('status', textOf(value['status'])),
    ...present('properties', textMapOf(value['properties'])),
    ...present('timestamp', textOf(value['timestamp'])),
    ...present('modTimestamp', textOf(value['modTimestamp'])),
    ...present('alias', textOf(value['alias'])),
    ...present('environment', textOf(value['environment'])),
    ...present('registerBy', textOf(value['registerBy'])),
    ...present('framework', frameworkOf(value['framework'])),
  };
}

/** Whom a query or an event is about; undefined without a name. */
export function readServiceKey(value: unknown): ServiceKey | undefined {
  if (!isRecord(value)) return undefined;
  const serviceName = textOf(value['serviceName']);
  if (!serviceName) return undefined;
  return {
    ...{ serviceName, appId: textOf(value['appId']) ?? 'default', version: textOf(value['version']) ?? '' },
    ...present('tenant', textOf(value['tenant'])),
    ...present('environment', textOf(value['environment'])),
    ...present('alias', textOf(value['alias'])),
  };
}

function pathsOf(value: unknown): ServiceRecord['paths'] {
  if (!Array.isArray(value)) return undefined;
  return listOf(value).flatMap((one) => {
    const path = isRecord(one) ? textOf(one['path']) : undefined;
    return path === undefined ? [] : [{ path, ...present('property', textMapOf((one as never)['property'])) }];
  });
}

function frameworkOf(value: unknown): ServiceRecord['framework'] {
  if (!isRecord(value)) return undefined;
  return { name: textOf(value['name']) ?? '', version: textOf(value['version']) ?? '' };
}
