/** What the processes of the registry's section tell each other. */

/** What the registry answered since it was asked before. */
export interface Asked {
  /** Questions for lists of instances. */
  readonly finds: number;
  readonly findBytes: number;
  readonly others: number;
}

/** What a consumer did since it was asked before. */
export interface Consumed {
  /** What it was told of, and when, on {@link nowMs}. */
  readonly seen: readonly (readonly [change: string, atMs: number])[];
  /** Read from its sockets, websockets too. */
  readonly bytes: number;
  /** The longest time that its event loop was held up. */
  readonly heldUpMs: number;
}

/** What looking for all services at once took. */
export interface Looked {
  readonly wallMs: number;
  readonly instances: number;
}

/** Milliseconds on a clock that all processes of a machine share. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** How a change is named that shows an instance, with what it says of itself. */
export function shown(id: string, mark: string): string {
  return `+${id} ${mark}`;
}

/** How a change is named that takes an instance away. */
export function gone(id: string): string {
  return `-${id}`;
}

/** Every service has a number. */
export function serviceName(number: number): string {
  return `service-${number}`;
}
