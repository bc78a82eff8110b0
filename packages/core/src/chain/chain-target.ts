import type { Next } from '../invocation/next.js';
import type { Operation } from '../schema/operation.js';
import type { Side } from './side.js';

/** What a chain is planned for. */
export interface ChainTarget {
  readonly side: Side;
  readonly operation: Operation;
  /** The called service, or our own. */
  readonly service: string;
  readonly listener?: string;
  /** The configured chain's name, which must be there; default that of the listener, then `default`. */
  readonly chain?: string;
  /** What ends the chain. */
  readonly last: Next;
  /** The link `bind` of a provider chain, around what comes after it. */
  bind?(next: Next): Next;
}
