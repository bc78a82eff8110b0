import { FAILURE } from '../../wire/failure-codes.js';
import { done, json, summarised, type Answer } from '../http/answer.js';
import type { Call } from '../http/call.js';
import type { Route } from '../http/router.js';
import { invalid, RegistryFailure, serviceMissing } from '../registry-failure.js';
import type { ServiceEntry } from '../state/entries.js';
import { readInstance } from '../state/read-instance.js';
import { readService } from '../state/read-service.js';
import type { RegistryState } from '../state/registry-state.js';
import { checked, RULES } from '../state/rules.js';
import { setTags } from '../state/tags.js';
import { REGISTRY, SERVICE } from './paths.js';

/** Services: whether one is there, making, reading, changing, deleting. */
export function serviceRoutes(state: RegistryState): readonly Route[] {
  const service = (call: Call): ServiceEntry => state.service(call.tenant, call.parameter('service'));
  return [
    ['GET', `${REGISTRY}/existence`, (call) => summarised(() => existence(state, call))],
    ['POST', `${REGISTRY}/microservices`, (call) => create(state, call)],
    ['GET', `${REGISTRY}/microservices`, (call) => list(state, call)],
    ['DELETE', `${REGISTRY}/microservices`, (call) => deleteMany(state, call)],
    ['GET', SERVICE, (call) => json({ service: service(call).record })],
    ['DELETE', SERVICE, (call) => deleteOne(state, call)],
    [
      'PUT',
      `${SERVICE}/properties`,
      (call) => {
        const entry = service(call);
        state.changeService(entry, { properties: call.body().textMap('properties') });
        state.touch(entry);
        return done();
      },
    ],
  ];
}

function existence(state: RegistryState, call: Call): Answer {
  const type = call.asked('type');
  if (type === 'schema') return schemaExistence(state, call);
  if (type !== 'microservice') throw invalid('Only micro-service and schema can be used as type.');
  const named = {
    environment: checked(call.asked('env'), 'GetExistenceRequest.Environment', RULES.environment),
    appId: checked(call.asked('appId') || 'default', 'GetExistenceRequest.AppId', RULES.appId),
    serviceName: checked(call.asked('serviceName'), 'GetExistenceRequest.ServiceName', RULES.serviceNameToFind),
    version: checked(call.asked('version'), 'GetExistenceRequest.Version', RULES.version),
  };
  const entry = state.index.exact(call.tenant, named);
  if (entry) return json({ serviceId: entry.id });
  const flag = [named.environment, named.appId, named.serviceName, named.version].join('/');
  const [other] = state.index.versions(call.tenant, named);
  if (other) throw new RegistryFailure(FAILURE.versionMissing, `${flag} version mismatch.`);
  throw serviceMissing(`${flag} does not exist.`);
}

function schemaExistence(state: RegistryState, call: Call): Answer {
  const entry = state.index.byId(call.tenant, call.asked('serviceId'));
  if (!entry) throw serviceMissing('service does not exist.');
  const schemaId = call.asked('schemaId');
  const schema = entry.schemas.get(schemaId);
  if (!schema) throw new RegistryFailure(FAILURE.schemaMissing, 'schema does not exist.');
  return json({ serviceId: entry.id, schemaId }, { 'X-Schema-Summary': schema.summary ?? '' });
}

function create(state: RegistryState, call: Call): Answer {
  const body = call.body();
  const fields = body.object('service');
  if (!fields) throw invalid('Request body is empty');
  checked(call.tenant.replace('/', '.'), 'Tenant', RULES.tenant);
  const instances = body.objects('instances').map(readInstance);
  const tags = body.textMap('tags');
  const entry = state.createService(call.tenant, { ...readService(fields), timestamp: '', modTimestamp: '' });
  if (Object.keys(tags).length > 0) setTags(state, entry, { ...entry.tags, ...tags });
  for (const instance of instances) state.createInstance(entry, instance);
  return json({ serviceId: entry.id });
}

function list(state: RegistryState, { tenant }: Call): Answer {
  const services = [...state.index.all()].filter((entry) => entry.tenant === tenant).map(({ record }) => record);
  return json(services.length > 0 ? { services } : {});
}

function deleteOne(state: RegistryState, call: Call): Answer {
  const force = ['1', 'true'].includes(call.asked('force'));
  state.deleteService(state.service(call.tenant, call.parameter('service')), force);
  return done();
}

function deleteMany(state: RegistryState, call: Call): Answer {
  const body = call.body();
  const ids = new Set(body.texts('serviceIds'));
  if (ids.size === 0) throw invalid("'serviceIDs' is empty");
  const force = body.flag('force');
  const services = [...ids].map((serviceId) => {
    try {
      state.deleteService(state.service(call.tenant, serviceId), force);
      return { serviceId };
    } catch (error) {
      if (error instanceof RegistryFailure) return { serviceId, errMessage: error.detail };
      throw error;
    }
  });
  return json({ services });
}
