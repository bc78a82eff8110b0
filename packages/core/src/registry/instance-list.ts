import type { Instance, ServiceIdentity } from '../endpoint/instance.js';
import type { InstanceChange, ServiceQuery } from './ports.js';
import { sameInstance } from './same-instance.js';

/**
 * What a registry tells of one instance between two lists.
 *
 * @example
 * ```ts
 * cache.apply(query, { kind: 'remove', id: 'a1' });
 * ```
 */
export type InstanceEvent =
  { readonly kind: 'put'; readonly instance: Instance } | { readonly kind: 'remove'; readonly id: string };

/** A key that no two services share, whatever their names hold; cheap to make. */
export function serviceKey({ environment, app, service }: ServiceQuery): string {
  return `${environment.length}.${app.length}.${environment}${app}${service}`;
}

/** The query that finds a service. */
export function queryOf({ environment, app, service }: ServiceQuery | ServiceIdentity): ServiceQuery {
  return { environment, app, service };
}

const NONE: readonly Instance[] = Object.freeze([]);

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
    byId.set(instance.id, old && sameInstance(old, instance) ? old : instance);
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

/**
 * What one event makes of a list of {@link callableList}; undefined when nothing. The others of the list are not looked at: an event of a
 * service with thousands of instances costs little more than the copy of the list.
 */
export function changeBy(
  event: InstanceEvent,
  service: string,
  before: readonly Instance[],
): InstanceChange | undefined {
  const next = event.kind === 'put' && mayBeCalled(event.instance) ? event.instance : undefined;
  const id = event.kind === 'put' ? event.instance.id : event.id;
  const place = placeOf(id, before);
  const found = before[place];
  const old = found?.id === id ? found : undefined;
  if (old ? next !== undefined && sameInstance(old, next) : !next) return undefined;
  const instances = [...before];
  instances.splice(place, old ? 1 : 0, ...(next ? [next] : []));
  return {
    service,
    instances: Object.freeze(instances),
    added: next && !old ? [next] : NONE,
    updated: next && old ? [next] : NONE,
    removed: old && !next ? [old] : NONE,
  };
}

/** Where an id is in a list that is in order of the ids, or where it would be. */
function placeOf(id: string, list: readonly Instance[]): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
