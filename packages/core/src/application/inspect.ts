import type { ConfigEntry } from '../config/config-entries.js';
import type { Operation, SchemaInfo } from '../schema/operation.js';
import { isSecretName } from '../security/is-secret-name.js';
import { redact } from '../security/redact.js';
import type { InspectedRoute, Inspection } from './inspection.js';
import type { Runtime } from './runtime.js';
import type { Serving } from './serving.js';

/** What an inspection is read from. */
export interface InspectionSource {
  readonly runtime: Runtime;
  readonly serving: Serving;
  readonly entries: readonly ConfigEntry[];
  /** Schemas of users and plug-ins; the rest of what is served is the framework's own. */
  readonly published: readonly SchemaInfo[];
}

/** Describes a planned application; opens and changes nothing. */
export function inspectionOf({ runtime, serving, entries, published }: InspectionSource): Inspection {
  const users = new Set(published);
  return {
    service: runtime.identity,
    listeners: serving.listeners.map(({ name, protocol, listen, trust }) => ({ name, protocol, listen, trust })),
    routes: serving.names.flatMap((listener) =>
      runtime
        .served(listener)
        .map(({ operation }) => routeOf(operation, { listener, own: !users.has(operation.schema) })),
    ),
    chains: runtime.planner.explain(),
    configuration: entries.map(redacted),
  };
}

function routeOf(operation: Operation, rest: Pick<InspectedRoute, 'listener' | 'own'>): InspectedRoute {
  const { http, rpc } = operation;
  return {
    operation: operation.id,
    ...(http && { method: http.method, path: http.path }),
    ...(rpc && { rpc: `${rpc.service}/${rpc.method}` }),
    ...rest,
  };
}

/** The whole key counts: what stands below a secret name is secret too. */
function redacted(entry: ConfigEntry): ConfigEntry {
  const name = isSecretName(entry.key) ? 'secret' : 'value';
  const shown = redact({ [name]: entry.value }) as Record<string, unknown>;
  return { ...entry, value: shown[name] };
}
