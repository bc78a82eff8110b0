import { silentMeter, type Disposer, type Meter, type Recorder } from '@ts-chassis/core';
import type { GovernanceEventName, GovernanceEvents } from './governance-events.js';

/** Every event there is; a name that is missing here does not compile. */
const NAMES: Readonly<Record<GovernanceEventName, true>> = {
  opened: true,
  'half-opened': true,
  closed: true,
  rejected: true,
  retried: true,
  ejected: true,
  returned: true,
  routed: true,
  reloaded: true,
};

/** Services and operations are as many as the contracts; what goes beyond is a mistake somewhere, and counted together. */
const MOST_SERIES = 2000;

/** Counts events as `chassis_governance_events_total` by type, service and operation. */
export function countEvents(events: GovernanceEvents, meter: Meter): Disposer {
  if (meter === silentMeter) return () => undefined;
  const counter = meter.counter({
    name: 'chassis_governance_events_total',
    help: 'What governance did: circuits, refusals, retries, ejections, routes, reloads.',
    labels: ['type', 'service', 'operation'],
  });
  const series = new Map<string, Recorder>();
  const recorderOf = (type: string, service: string, operation: string): Recorder => {
    const key = `${type} ${service} ${operation}`;
    const present = series.get(key);
    if (present) return present;
    const isFull = series.size >= MOST_SERIES;
    const made = counter.bind(isFull ? { type, service: '', operation: '' } : { type, service, operation });
    if (!isFull) series.set(key, made);
    return made;
  };
  const stops = (Object.keys(NAMES) as GovernanceEventName[]).map((type) =>
    events.on(type, (event) => {
      const { service = '', operation = '' } = event as { readonly service?: string; readonly operation?: string };
      recorderOf(type, service, operation).record(1);
    }),
  );
  return () => stops.forEach((stop) => stop());
}
