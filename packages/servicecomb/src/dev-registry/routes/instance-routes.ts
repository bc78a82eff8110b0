import { done, json, notModified, jsonText, type Answer } from '../http/answer.js';
import type { Call } from '../http/call.js';
import type { Route } from '../http/router.js';
import { invalid, serviceMissing } from '../registry-failure.js';
import { isAccessible, type InstanceEntry, type ServiceEntry } from '../state/entries.js';
import type { Finder } from '../state/find.js';
import { readInstance } from '../state/read-instance.js';
import type { RegistryState } from '../state/registry-state.js';
import { checked, RULES } from '../state/rules.js';
import { HEARTBEAT, INSTANCE, REGISTRY, SERVICE } from './paths.js';

/** What an unknown lease is told as. */
const NO_LEASE = 'leaseId not exist, instance not exist';
const NO_INSTANCE = 'Service instance does not exist.';

/** Instances of one service: registering, heartbeats, changing, reading, deleting. */
export function instanceRoutes(state: RegistryState, finder: Finder): readonly Route[] {
  return [
    ['POST', `${SERVICE}/instances`, (call) => register(state, call)],
    ['GET', `${SERVICE}/instances`, (call) => list(state, finder, call)],
    ['GET', INSTANCE, (call) => read(state, finder, call)],
    [
      'DELETE',
      INSTANCE,
      (call) => {
        state.deleteInstance(instance(state, call, "Instance's leaseId not exist."));
        return done();
      },
    ],
    [
      'PUT',
      HEARTBEAT,
      (call) => {
        state.leases.renew(instance(state, call, NO_LEASE));
        return done();
      },
    ],
    ['PUT', `${REGISTRY}/heartbeats`, (call) => heartbeats(state, call)],
    [
      'PUT',
      `${INSTANCE}/status`,
      (call) => {
        const status = checked(call.asked('value'), 'UpdateInstanceStatusRequest.Status', RULES.newStatus);
        state.changeInstance(instance(state, call, NO_INSTANCE), { status });
        return done();
      },
    ],
    [
      'PUT',
      `${INSTANCE}/properties`,
      (call) => {
        const properties = call.body().textMap('properties');
        state.changeInstance(instance(state, call, NO_INSTANCE), { properties });
        return done();
      },
    ],
  ];
}

function instance(state: RegistryState, call: Call, missing: string): InstanceEntry {
  return state.instance(call.tenant, call.parameter('service'), call.parameter('instance'), missing);
}

function register(state: RegistryState, call: Call): Answer {
  const fields = call.body().object('instance');
  if (!fields)
    throw invalid("field 'RegisterInstanceRequest.Instance' invalid value '<nil>' does not match rule: {Min: 1}");
  const wanted = readInstance(fields);
  const service = state.index.byId(call.tenant, call.parameter('service'));
  if (!service) throw serviceMissing("Invalid 'serviceID' in request body.");
  return json({ instanceId: state.createInstance(service, wanted).id });
}

function heartbeats(state: RegistryState, call: Call): Answer {
  const body = call.body();
  const beats = [...body.objects('instances'), ...body.objects('Instances')];
  if (beats.length === 0) throw invalid('Request format invalid.');
  const told = new Map<string, { serviceId: string; instanceId: string; errMessage?: string }>();
  let failures = 0;
  for (const beat of beats) {
    const [serviceId, instanceId] = [beat.text('serviceId'), beat.text('instanceId')];
    const entry = state.index.byId(call.tenant, serviceId)?.instances.get(instanceId);
    if (entry) state.leases.renew(entry);
    else failures += 1;
    told.set(`${serviceId}/${instanceId}`, { serviceId, instanceId, ...(entry ? {} : { errMessage: NO_LEASE }) });
  }
  return failures === 0 ? done() : json({ instances: [...told.values()] });
}

interface Parties {
  readonly consumer: ServiceEntry | undefined;
  readonly service: ServiceEntry;
}

/** Who asks, and about whose instances. */
function parties(state: RegistryState, finder: Finder, call: Call): Parties {
  const consumer = finder.consumer(call.tenant, call.header('x-consumerid'));
  const id = call.parameter('service');
  const service = state.index.byId(call.tenant, id);
  if (!service) throw serviceMissing(`Provider[${id}] does not exist.`);
  return { consumer, service };
}

function list(state: RegistryState, finder: Finder, call: Call): Answer {
  const { consumer, service } = parties(state, finder, call);
  if (consumer && !isAccessible(consumer, service))
    throw serviceMissing(`${finder.asked(consumer, service)} instances failed, provider instance does not exist`);
  const headers = { 'X-Resource-Revision': finder.revisionOf([service.revision]) };
  if (call.knows(headers['X-Resource-Revision'])) return notModified(headers);
  return jsonText(instancesText([...service.instances.values()]), headers);
}

function read(state: RegistryState, finder: Finder, call: Call): Answer {
  const { consumer, service } = parties(state, finder, call);
  const entry = finder.instance(consumer, service, call.parameter('instance'));
  const headers = { 'X-Resource-Revision': finder.revisionOf([entry.revision]) };
  if (call.knows(headers['X-Resource-Revision'])) return notModified(headers);
  return jsonText(`{"instance":${entry.text}}`, headers);
}

/** A list of instances as it is told; an empty one is left out. */
export function instancesText(entries: readonly InstanceEntry[]): string {
  return entries.length === 0 ? '{}' : `{"instances":[${entries.map(({ text }) => text).join(',')}]}`;
}
