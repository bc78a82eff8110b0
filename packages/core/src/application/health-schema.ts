import type { HealthReport, Readiness } from '../lifecycle/readiness.js';
import type { ServiceIdentity } from '../endpoint/instance.js';
import { replyWith, type Reply } from '../invocation/reply.js';
import { defineSchema, type OperationDefinition } from '../schema/define-schema.js';
import { jsonSpec } from '../schema/json-spec.js';
import type { SchemaInfo } from '../schema/operation.js';

/** The id of the schema of probes. */
export const HEALTH_SCHEMA = 'chassis.health';

const REPORT = jsonSpec({
  type: 'object',
  properties: {
    status: { enum: ['UP', 'DOWN'] },
    state: { enum: ['starting', 'ready', 'stopping'] },
    appId: { type: 'string' },
    serviceName: { type: 'string' },
    version: { type: 'string' },
    checks: { type: 'object', additionalProperties: {} },
  },
  required: ['status', 'state'],
});

/**
 * The probes as operations: `/livez` (restart me?), `/readyz` (send me requests?) and `/healthz` (both, with who I am, as go-chassis documents).
 *
 * @param listeners - the listeners that serve them
 */
export function healthSchema(readiness: Readiness, identity: ServiceIdentity, listeners: readonly string[]): SchemaInfo {
  const who = { appId: identity.app, serviceName: identity.service, version: identity.version };
  const probe = (path: string, run: () => Promise<Reply>): OperationDefinition => ({
    http: { method: 'GET', path, headers: [['cache-control', 'no-store']] },
    returns: REPORT,
    run,
  });
  return defineSchema({
    id: HEALTH_SCHEMA,
    listeners,
    operations: {
      live: probe('/livez', async () => answer(await readiness.checkLive())),
      ready: probe('/readyz', async () => answer(await readiness.checkReady())),
      health: probe('/healthz', async () => answer(await readiness.checkReady(), who)),
    },
  });
}

function answer({ ok, state, checks }: HealthReport, who: object = {}): Reply {
  return replyWith({ status: ok ? 'UP' : 'DOWN', state, ...who, checks }, { status: ok ? 200 : 503 });
}
