import { coreError } from '../errors/core-error.js';
import { nearestName } from '../errors/nearest-name.js';
import type { HandlerTable } from './handler-table.js';
import { isGuard, packageOf } from './known-handlers.js';
import { BIND, END, rankOf } from './order.js';
import { SIDES, type Side } from './side.js';

/** Where a name was written, and who is known there. */
export interface NameCheck {
  readonly side: Side;
  /** The configuration key that names it, for messages. */
  readonly key: string;
  readonly table: HandlerTable;
  /** Whether it is named to be left out, so that its absence is fine. Default false. */
  readonly absent?: boolean;
  warn(message: string): void;
}

/**
 * Whether a name that a configured chain has can stand in it.
 *
 * @throws ChassisError `CHAIN_INVALID` for a name nobody knows, `PLUGIN_MISSING` for a guard that is not installed
 */
export function checkName(name: string, check: NameCheck): boolean {
  const { side, key, table } = check;
  if (table.find(side, name) || name === END[side] || (name === BIND && side === 'provider')) return true;
  const known = rankOf(side, name) !== undefined;
  const elsewhere = SIDES.find((other) => table.find(other, name) !== undefined || rankOf(other, name) !== undefined);
  if (!known && elsewhere) {
    throw coreError(
      'CHAIN_INVALID',
      `${key}: the handler "${name}" belongs to ${elsewhere} chains, not to ${side} chains`,
    );
  }
  const bringer = packageOf(name);
  if (!known && !bringer) throw unknown(name, check);
  if (check.absent) return false;
  const message = `${key}: the handler "${name}" ${bringer ? `comes with ${bringer}, which is not listed in plugins` : 'is not installed'}`;
  if (isGuard(name)) throw coreError('PLUGIN_MISSING', `${message}; a chain that asks for it does not run without it`);
  check.warn(`${message}; the chain runs without it`);
  return false;
}

function unknown(name: string, { side, key, table }: NameCheck): Error {
  const nearest = nearestName(
    name,
    table.of(side).map((entry) => entry.name),
  );
  const hint = nearest ? `; did you mean "${nearest}"?` : '';
  return coreError('CHAIN_INVALID', `${key}: no ${side} handler is called "${name}"${hint}`);
}
