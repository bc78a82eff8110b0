import { isDeepStrictEqual } from 'node:util';
import type { Instance, ServiceIdentity } from '../endpoint/instance.js';
import type { InstanceChange, ServiceQuery } from './ports.js';

/** A key that no two services share, whatever their names hold; cheap to make. */
export function serviceKey({ environment, app, service }: ServiceQuery): string {
  return `${environment.length}.${app.length}.${environment}${app}${service}`;
}

/** The query that finds a service. */
export function queryOf({ environment, app, service }: ServiceQuery | ServiceIdentity): ServiceQuery {
  return { environment, app, service };
}

function mayBeCalled({ status }: Instance): boolean {
  return status === 'UP' || status === 'TESTING';
}

/**
 * The list that consumers see: callable instances only, one for each id (of doubles the last), in order of the ids. An instance
 * whose content did not change keeps its object, so that what others hold by it stays good.
 */
export function callableList(found: Iterable<Instance>, before: readonly Instance[] = []): readonly Instance[] {
  const kept = new Map(before.map((instance) => [instance.id, instance]));
  const byId = new Map<string, Instance>();
  for (const instance of found) {
    if (!mayBeCalled(instance)) {
      byId.delete(instance.id);
      continue;
    }
    const old = kept.get(instance.id);
    byId.set(instance.id, old && isDeepStrictEqual(old, instance) ? old : instance);
  }
  return Object.freeze([...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** What turned one list into the next; undefined when nothing did. Both are made by {@link callableList}. */
export function changeBetween(
  service: string,
  before: readonly Instance[],
  instances: readonly Instance[],
): InstanceChange | undefined {
  const old = new Map(before.map((instance) => [instance.id, instance]));
  const added: Instance[] = [];
  const updated: Instance[] = [];
  for (const instance of instances) {
    const same = old.get(instance.id);
    old.delete(instance.id);
    if (!same) added.push(instance);
    else if (same !== instance) updated.push(instance);
  }
  const removed = [...old.values()];
  if (added.length + updated.length + removed.length === 0) return undefined;
  return { service, instances, added, updated, removed };
}
