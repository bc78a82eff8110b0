import { invalid } from '../registry-failure.js';
import type { ServiceRecord } from '../../wire/records.js';
import type { Fields } from './fields.js';
import { isEmpty } from './is-empty.js';
import { checked, checkedIfGiven, RULES } from './rules.js';

/** Schemas that one service may have. */
export const SCHEMAS_PER_SERVICE = 100;

/** What a service is told to be, with what service-center puts in the place of what is left out; times and id are not in it. */
export function readService(fields: Fields): ServiceRecord {
  const schemas = fields.texts('schemas');
  if (schemas.length > SCHEMAS_PER_SERVICE)
    throw invalid(`field 'MicroService.Schemas' does not match rule: {Max: ${SCHEMAS_PER_SERVICE}}`);
  return {
    serviceId: checkedIfGiven(fields.text('serviceId'), 'MicroService.ServiceId', RULES.serviceId),
    appId: checked(fields.text('appId') || 'default', 'MicroService.AppId', RULES.appId),
    serviceName: checked(fields.text('serviceName'), 'MicroService.ServiceName', RULES.serviceName),
    version: checked(fields.text('version') || '0.0.1', 'MicroService.Version', RULES.version),
    description: checked(fields.text('description'), 'MicroService.Description', RULES.description),
    level: checked(fields.text('level') || 'BACK', 'MicroService.Level', RULES.level),
    schemas: schemas.map((id) => checked(id, 'MicroService.Schemas', RULES.schemaIds)),
    paths: fields.objects('paths').map(pathOf),
    status: checked(fields.text('status') || 'UP', 'MicroService.Status', RULES.serviceStatus),
    properties: fields.textMap('properties'),
    alias: checked(fields.text('alias'), 'MicroService.Alias', RULES.alias),
    environment: checked(fields.text('environment'), 'MicroService.Environment', RULES.environment),
    registerBy: checked(fields.text('registerBy'), 'MicroService.RegisterBy', RULES.registerBy),
    ...frameworkOf(fields.object('framework')),
  };
}

function pathOf(fields: Fields): { readonly path: string; readonly property?: Readonly<Record<string, string>> } {
  const [path, property] = [fields.text('path'), fields.textMap('property')];
  return { path, ...(isEmpty(property) ? {} : { property }) };
}

function frameworkOf(fields: Fields | undefined): Pick<ServiceRecord, 'framework'> {
  if (!fields) return {};
  const name = checked(fields.text('name'), 'FrameWorkProperty.Name', RULES.frameworkName);
  const version = checked(fields.text('version'), 'FrameWorkProperty.Version', RULES.frameworkVersion);
  return { framework: { name, version } };
}

/** A service as it is answered: fields in service-center's order, empty ones left out. */
export function tidyService(record: ServiceRecord): ServiceRecord {
  const { serviceId, appId, serviceName, version, description, level, schemas, paths, status, properties } = record;
  const { timestamp, alias, modTimestamp, environment, registerBy, framework } = record;
  const ordered = {
    ...{ serviceId, appId, serviceName, version, description, level, schemas, paths, status, properties },
    ...{ timestamp, alias, modTimestamp, environment, registerBy, framework },
  };
  return withoutEmpty<ServiceRecord>(ordered as Required<ServiceRecord>);
}

/** A record without its empty fields. */
export function withoutEmpty<T extends object>(record: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !isEmpty(value))) as T;
}
