import { invalid } from '../registry-failure.js';
import type { ServiceEntry } from './entries.js';
import { Fields } from './fields.js';
import { readInstance } from './read-instance.js';
import { readService } from './read-service.js';
import type { RegistryState } from './registry-state.js';
import { readSchema, sizeOf } from './schemas.js';
import { setTags } from './tags.js';

const FORMAT = 'ts-chassis development registry 1';

/** All of a state that outlives a restart, as JSON. */
export function snapshotOf(state: RegistryState): string {
  const services = Array.from(state.index.all(), serviceText);
  return `{"format":"${FORMAT}","services":[\n${services.join(',\n')}\n]}\n`;
}

function serviceText({ tenant, record, tags, schemas, providers, instances }: ServiceEntry): string {
  const head = {
    tenant,
    service: record,
    tags,
    schemas: [...schemas.values()],
    providers: [...providers].map(({ key }) => key),
  };
  const texts = Array.from(instances.values(), ({ text }) => text);
  return `${JSON.stringify(head).slice(0, -1)},"instances":[${texts.join(',')}]}`;
}

/**
 * Puts back what a snapshot has into an empty state; every instance begins a lease.
 *
 * @throws RegistryFailure or SyntaxError when it is no snapshot
 */
export function restore(state: RegistryState, text: string): void {
  const fields = Fields.of(JSON.parse(text), 'snapshot');
  if (fields.text('format') !== FORMAT) throw invalid(`'format' must be '${FORMAT}', got '${fields.text('format')}'`);
  const restored = fields.objects('services').map((service) => [restoreService(state, service), service] as const);
  for (const [consumer, service] of restored) {
    for (const key of service.texts('providers')) {
      for (const provider of state.index.group(key)?.services ?? []) state.depend(consumer, provider);
    }
  }
}

function restoreService(state: RegistryState, fields: Fields): ServiceEntry {
  const record = fields.object('service');
  if (!record) throw invalid("'service' is missing");
  const service = state.createService(fields.text('tenant'), { ...readService(record), ...timesOf(record) });
  setTags(state, service, fields.textMap('tags'));
  for (const schema of fields.objects('schemas').map((one) => readSchema(one))) {
    state.resize(service, sizeOf(schema));
    service.schemas.set(schema.schemaId, schema);
  }
  for (const instance of fields.objects('instances'))
    state.createInstance(service, { ...readInstance(instance), ...timesOf(instance) });
  return service;
}

function timesOf(fields: Fields): { readonly timestamp: string; readonly modTimestamp: string } {
  return { timestamp: fields.text('timestamp'), modTimestamp: fields.text('modTimestamp') };
}
