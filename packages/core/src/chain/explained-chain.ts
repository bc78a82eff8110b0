import type { Side } from './side.js';

/**
 * One link of a chain and why it is there.
 *
 * @example
 * ```ts
 * const link: ExplainedLink = { name: 'audit', reason: 'everywhere', owner: 'AuditHandler' };
 * ```
 */
export interface ExplainedLink {
  readonly name: string;
  /**
   * `always` (part of every chain of its side), `installed` (its plug-in is listed and no chain is configured), the key of the configured
   * chain that names it, `everywhere`, `@Use`, `decorator` (of a policy), or `brought along` (by another name of the chain).
   */
  readonly reason: string;
  /** The plug-in or class that brought the handler; none for the ends of a chain. */
  readonly owner?: string;
  /** It found nothing to do for this operation when it was planned, and costs nothing. */
  readonly idle?: true;
}

/**
 * The chain of one operation on one side.
 *
 * @example
 * ```ts
 * for (const { operation, links } of app.inspect().chains) console.log(operation, links.map((link) => link.name));
 * ```
 */
export interface ExplainedChain {
  readonly side: Side;
  /** The service that is called (consumer), or our own. */
  readonly service: string;
  /** As in `Operation.id`. */
  readonly operation: string;
  /** Of a provider chain. */
  readonly listener?: string;
  /** The configured chain that a client asked for by name. */
  readonly chain?: string;
  /** Outermost first. */
  readonly links: readonly ExplainedLink[];
}
