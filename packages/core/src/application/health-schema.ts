import type { HealthReport, Readiness } from '../lifecycle/readiness.js';
import type { ServiceIdentity } from '../endpoint/instance.js';
import { replyWith, type Reply } from '../invocation/reply.js';
import { defineSchema, type OperationDefinition } from '../schema/define-schema.js';
import { Dto } from '../schema/dto.js';
import { Field } from '../schema/field.js';
import { jsonSpec } from '../schema/json-spec.js';
import type { SchemaInfo } from '../schema/operation.js';

/** The id of the schema of probes. */
export const HEALTH_SCHEMA = 'chassis.health';

/** A class rather than a JSON Schema: that would load Ajv at the start of every service. */
@Dto({ name: 'HealthReport' })
class Report {
  @Field({ enum: ['UP', 'DOWN'] }) status!: 'UP' | 'DOWN';
  @Field({ enum: ['starting', 'ready', 'stopping'] }) state!: HealthReport['state'];
  @Field({ optional: true }) appId?: string;
  @Field({ optional: true }) serviceName?: string;
  @Field({ optional: true }) version?: string;
  @Field({ map: jsonSpec({}), optional: true }) checks?: Record<string, unknown>;
}

/**
 * The probes as operations: `/livez` (restart me?), `/readyz` (send me requests?) and `/healthz` (both, with who I am, as go-chassis documents).
 *
 * @param listeners - the listeners that serve them
 */
export function healthSchema(
  readiness: Readiness,
  identity: ServiceIdentity,
  listeners: readonly string[],
): SchemaInfo {
  const who = { appId: identity.app, serviceName: identity.service, version: identity.version };
  const probe = (path: string, run: () => Promise<Reply>): OperationDefinition => ({
    http: { method: 'GET', path, headers: [['cache-control', 'no-store']] },
    returns: Report,
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
