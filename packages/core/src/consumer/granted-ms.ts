import { ownOf, type ConsumerSettings } from './consumer-section.js';

/** What is left for those who stand in for a call that was ended by its timeout. */
const AFTERWARDS_MS = 1000;

/**
 * Time granted to a call of a service, in milliseconds.
 *
 * @param isTimed - whether a handler ends calls at go-chassis's timeout: the call itself then lasts longer, so that who stands around that handler
 * (fallback, breaker) sees it end
 */
export function grantedMs(settings: ConsumerSettings, service: string, isTimed: boolean): number {
  const own = ownOf(settings.services, service);
  const timeoutMs = (own?.timeoutMs ?? settings.timeoutMs) || Infinity;
  const isolationMs = own?.isolationMs ?? (own?.timeoutMs === undefined ? settings.isolationMs : undefined);
  if (isolationMs === undefined) return timeoutMs;
  if (isolationMs === 0) return Infinity;
  return isTimed ? Math.max(timeoutMs, isolationMs + AFTERWARDS_MS) : isolationMs;
}
