import type { HeaderMap } from './header-map.js';
import type { Invocation } from './invocation.js';
import { PropagatedContext } from './propagated-context.js';

/**
 * The calling service's name on the wire (go-chassis and java-chassis).
 *
 * @example
 * ```ts
 * const caller = headers.get(CALLER_HEADER);
 * ```
 */
export const CALLER_HEADER = 'x-cse-src-microservice';

/**
 * The propagated context on the wire: a JSON object of strings (java-chassis), the caller's name among them.
 *
 * @example
 * ```ts
 * const text = headers.get(CONTEXT_HEADER);
 * ```
 */
export const CONTEXT_HEADER = 'x-cse-context';

/**
 * The time granted to a call on the wire, in whole milliseconds that remain.
 *
 * @example
 * ```ts
 * headers.set(TIMEOUT_HEADER, '250');
 * ```
 */
export const TIMEOUT_HEADER = 'x-chassis-timeout-ms';

/**
 * What a trusted peer says about its call.
 *
 * @example
 * ```ts
 * const { service, context, timeoutMs } = readPropagation(headers);
 * ```
 */
export interface Propagation {
  /** The caller's name, empty when it gave none. */
  readonly service: string;
  readonly context: PropagatedContext;
  /** Milliseconds that remain, `Infinity` when not said. */
  readonly timeoutMs: number;
}

/**
 * Reads what a peer says; call it only for a peer the listener trusts. The JSON form of the caller's name wins over the flat one, as in
 * go-chassis; whatever is malformed counts as absent.
 *
 * @example
 * ```ts
 * const propagation = readPropagation(HeaderMap.of(request.headers));
 * ```
 */
export function readPropagation(headers: HeaderMap): Propagation {
  const timeoutMs = parseTimeout(headers.get(TIMEOUT_HEADER));
  const text = headers.get(CONTEXT_HEADER);
  if (!text) return { service: headers.get(CALLER_HEADER) ?? '', context: PropagatedContext.empty, timeoutMs };
  const entries = parseContext(text);
  const named = entries.find(([name]) => name === CALLER_HEADER);
  const context = PropagatedContext.of(entries.filter((entry) => entry !== named));
  return { service: named?.[1] ?? '', context, timeoutMs };
}

/**
 * Reads what one peer says, call after call: what it says of itself is the same nearly always, and is then not read again.
 *
 * @example
 * ```ts
 * const reader = new PropagationReader();
 * const { service, timeoutMs } = reader.read(headers);
 * ```
 */
export class PropagationReader {
  #text: string | undefined;
  #last: Propagation | undefined;

  read(headers: HeaderMap): Propagation {
    const text = headers.get(CONTEXT_HEADER);
    if (!text || text !== this.#text || !this.#last) {
      this.#text = text;
      return (this.#last = readPropagation(headers));
    }
    const { service, context } = this.#last;
    return { service, context, timeoutMs: parseTimeout(headers.get(TIMEOUT_HEADER)) };
  }
}

/** The context a call takes along: what it inherited, and over that what its own `x-cse-context` header says. */
export function contextOf({ context, headers }: Pick<Invocation, 'context' | 'headers'>): PropagatedContext {
  const text = headers.get(CONTEXT_HEADER);
  if (!text) return context;
  const added = parseContext(text).filter(([name]) => name !== CALLER_HEADER);
  return PropagatedContext.of([...context.entries(), ...added]);
}

/**
 * Writes what the callee shall know: the context merged with the caller's name, the name in its flat form, and the time that remains. They
 * stand in the place of headers of these names that the invocation has; the entries of an `x-cse-context` among them go along.
 *
 * @param invocation - the call about to be sent
 * @param service - our own service's name
 * @param elapsedMs - `clock.elapsed()` now
 *
 * @example
 * ```ts
 * Object.assign(headers, writePropagation(invocation, 'orders', clock.elapsed()));
 * ```
 */
export function writePropagation(invocation: Invocation, service: string, elapsedMs: number): Record<string, string> {
  const context = contextOf(invocation);
  const headers: Record<string, string> = {
    [CALLER_HEADER]: service,
    [CONTEXT_HEADER]:
      context.size === 0
        ? `{"${CALLER_HEADER}":${asciiJson(service)}}`
        : asciiJson(Object.fromEntries([...context.entries(), [CALLER_HEADER, service]])),
  };
  if (invocation.deadline !== Infinity) {
    headers[TIMEOUT_HEADER] = String(Math.max(0, Math.ceil(invocation.deadline - elapsedMs)));
  }
  return headers;
}

/** Header values are bytes to some and Latin-1 to others: only escapes arrive as they were sent. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function parseContext(text: string): (readonly [string, string])[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

function parseTimeout(text: string | undefined): number {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : Infinity;
}
