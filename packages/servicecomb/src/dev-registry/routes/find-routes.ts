import { FAILURE } from '../../wire/failure-codes.js';
import { jsonText, notModified, type Answer } from '../http/answer.js';
import type { Call } from '../http/call.js';
import type { Route } from '../http/router.js';
import { invalid, RegistryFailure, serviceMissing } from '../registry-failure.js';
import type { Fields } from '../state/fields.js';
import type { Finder } from '../state/find.js';
import type { RegistryState } from '../state/registry-state.js';
import { checked, RULES } from '../state/rules.js';
import { instancesText } from './instance-routes.js';
import { REGISTRY } from './paths.js';

/** Most questions of one batch. */
const MOST_QUESTIONS = 5000;

/** Looking for instances by the name of a service: one, or many in one request. */
export function findRoutes(state: RegistryState, finder: Finder): readonly Route[] {
  return [
    ['GET', `${REGISTRY}/instances`, (call) => findOne(finder, call)],
    ['POST', `${REGISTRY}/instances/action`, (call) => new BatchQuery(state, finder, call).answer()],
  ];
}

function findOne(finder: Finder, call: Call): Answer {
  const { revision, instances } = finder.find({
    tenant: call.tenant,
    consumerId: call.header('x-consumerid'),
    environment: checked(call.asked('env'), 'FindInstancesRequest.Environment', RULES.environment),
    appId: checked(call.asked('appId') || 'default', 'FindInstancesRequest.AppId', RULES.appId),
    serviceName: checked(call.asked('serviceName'), 'FindInstancesRequest.ServiceName', RULES.serviceNameToFind),
    version: checked(call.asked('version'), 'FindInstancesRequest.VersionRule', RULES.versionToFind),
    tags: call.asked('tags').split(',').filter(Boolean),
  });
  const headers = { 'X-Resource-Revision': revision };
  return call.knows(revision) ? notModified(headers) : jsonText(instancesText(instances), headers);
}

/** What is found for one question: its revision, and JSON from `"instances"` on. */
interface Finding {
  readonly revision: string;
  readonly text: string;
}

/** `instances/action?type=query`: each question is answered for itself, by its index. */
class BatchQuery {
  readonly #tenant: string;
  readonly #consumerId: string;
  readonly #body: Fields;

  constructor(
    private readonly state: RegistryState,
    private readonly finder: Finder,
    call: Call,
  ) {
    if (call.asked('type') !== 'query') throw invalid(`Invalid action: ${call.asked('type').slice(0, 100)}`);
    this.#body = call.body();
    this.#tenant = call.tenant;
    // What the body says of the consumer counts for nothing: so it is at service-center.
    this.#consumerId = call.header('x-consumerid');
  }

  answer(): Answer {
    const [services, instances] = [this.#body.objects('services'), this.#body.objects('instances')];
    if (services.length + instances.length > MOST_QUESTIONS) throw invalid(`more than ${MOST_QUESTIONS} questions`);
    if (services.length + instances.length === 0) throw invalid('Required services or instances');
    const parts: string[] = [];
    if (services.length > 0) parts.push(`"services":${this.#part(services, (fields) => this.#service(fields))}`);
    if (instances.length > 0) parts.push(`"instances":${this.#part(instances, (fields) => this.#instance(fields))}`);
    return jsonText(`{${parts.join(',')}}`);
  }

  #part(questions: readonly Fields[], find: (fields: Fields) => Finding): string {
    const failed = new Map<string, { indexes: number[]; error: object }>();
    const notModified: number[] = [];
    const updated: string[] = [];
    questions.forEach((fields, index) => {
      try {
        const { revision, text } = find(fields);
        if (fields.text('rev') === revision) notModified.push(index);
        else updated.push(`{"index":${index},"rev":"${revision}"${text}}`);
      } catch (error) {
        // A question that cannot be is the fault of the whole request.
        if (!(error instanceof RegistryFailure) || error.code === FAILURE.invalidParameters) throw error;
        const group = failed.get(error.code) ?? { indexes: [], error: error.record };
        group.indexes.push(index);
        failed.set(error.code, group);
      }
    });
    const parts: string[] = [];
    if (failed.size > 0) parts.push(`"failed":${JSON.stringify([...failed.values()])}`);
    if (notModified.length > 0) parts.push(`"notModified":${JSON.stringify(notModified)}`);
    if (updated.length > 0) parts.push(`"updated":[${updated.join(',')}]`);
    return `{${parts.join(',')}}`;
  }

  #service(fields: Fields): Finding {
    const key = fields.object('service');
    if (!key) throw invalid("field 'FindService.Service' invalid value '<nil>' does not match rule: {Min: 1}");
    const { revision, instances } = this.finder.find({
      tenant: this.#tenant,
      consumerId: this.#consumerId,
      environment: checked(key.text('environment'), 'MicroServiceKey.Environment', RULES.environment),
      appId: checked(key.text('appId') || 'default', 'MicroServiceKey.AppId', RULES.appId),
      serviceName: checked(key.text('serviceName'), 'MicroServiceKey.ServiceName', RULES.serviceNameToFind),
      version: checked(key.text('version'), 'MicroServiceKey.Version', RULES.versionToFind),
      tags: [],
    });
    return { revision, text: textOf(instances.map(({ text }) => text)) };
  }

  #instance(fields: Fields): Finding {
    const key = fields.object('instance');
    if (!key) throw invalid("field 'FindInstance.Instance' invalid value '<nil>' does not match rule: {Min: 1}");
    const consumer = this.finder.consumer(this.#tenant, this.#consumerId);
    const id = key.text('serviceId');
    const service = this.state.index.byId(this.#tenant, id);
    if (!service) throw serviceMissing(`Provider[${id}] does not exist.`);
    const entry = this.finder.instance(consumer, service, key.text('instanceId'));
    return { revision: this.finder.revisionOf([entry.revision]), text: textOf([entry.text]) };
  }
}

function textOf(instances: readonly string[]): string {
  return instances.length === 0 ? '' : `,"instances":[${instances.join(',')}]`;
}
