import { FAILURE } from '../../wire/failure-codes.js';
import { done, json, summarised, type Answer } from '../http/answer.js';
import type { Call } from '../http/call.js';
import type { Route } from '../http/router.js';
import { invalid, RegistryFailure } from '../registry-failure.js';
import type { ServiceEntry } from '../state/entries.js';
import type { RegistryState } from '../state/registry-state.js';
import { deleteSchema, putSchema, readSchema, replaceSchemas, schemasOf } from '../state/schemas.js';
import { SERVICE } from './paths.js';

/** Contracts of a service. */
export function schemaRoutes(state: RegistryState): readonly Route[] {
  const service = (call: Call): ServiceEntry => state.service(call.tenant, call.parameter('service'));
  return [
    [
      'PUT',
      `${SERVICE}/schemas/:schema`,
      (call) => {
        putSchema(state, service(call), readSchema(call.body(), call.parameter('schema')));
        return done();
      },
    ],
    [
      'POST',
      `${SERVICE}/schemas`,
      (call) => {
        const schemas = call.body().objects('schemas');
        if (schemas.length === 0) throw invalid('Invalid request.');
        replaceSchemas(
          state,
          service(call),
          schemas.map((fields) => readSchema(fields)),
        );
        return done();
      },
    ],
    ['GET', `${SERVICE}/schemas/:schema`, (call) => summarised(() => read(service(call), call.parameter('schema')))],
    ['GET', `${SERVICE}/schemas`, (call) => list(service(call), call.asked('withSchema') === '1')],
    [
      'DELETE',
      `${SERVICE}/schemas/:schema`,
      (call) => {
        deleteSchema(state, service(call), call.parameter('schema'));
        return done();
      },
    ],
  ];
}

function read(service: ServiceEntry, schemaId: string): Answer {
  const schema = service.schemas.get(schemaId);
  if (!schema) throw new RegistryFailure(FAILURE.schemaMissing, 'Do not have this schema info.');
  return json({ schema: schema.schema }, { 'X-Schema-Summary': schema.summary ?? '' });
}

function list(service: ServiceEntry, withText: boolean): Answer {
  const schemas = schemasOf(service, withText);
  return json(schemas.length > 0 ? { schemas } : {});
}
