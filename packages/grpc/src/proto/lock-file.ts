import { readFileSync } from 'node:fs';
import { grpcError } from '../codes.js';
import type { Lock, LockedService } from './lock.js';

/**
 * Reads lock files into one: a consumer may call services whose lock files come with their contracts.
 *
 * @param files - paths; where two have one service, the first counts
 * @param isNamed - whether they must be there
 * @throws ChassisError `PROTO_LOCK_INVALID`
 */
export function readLock(files: readonly string[], isNamed: boolean): Lock | undefined {
  const locks = files.flatMap((file) => {
    const text = textOf(file, isNamed);
    return text === undefined ? [] : [parsed(file, text)];
  });
  if (locks.length === 0) return undefined;
  const services = Object.assign({}, ...locks.map((lock) => lock.services).reverse()) as Record<string, LockedService>;
  return { version: 1, services };
}

/** The text of a lock file, the same for the same content. */
export function lockText(lock: Lock): string {
  const services = Object.fromEntries(Object.entries(lock.services).sort(([left], [right]) => (left < right ? -1 : 1)));
  return `${JSON.stringify({ version: lock.version, services }, null, 2)}\n`;
}

function textOf(file: string, isNamed: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (!isNamed && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw grpcError('PROTO_LOCK_INVALID', `the lock file ${file} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function parsed(file: string, text: string): Lock {
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch (cause) {
    throw grpcError('PROTO_LOCK_INVALID', `the lock file ${file} is no JSON: ${(cause as Error).message}`, { cause });
  }
  const fault = faultOf(lock);
  if (fault) throw grpcError('PROTO_LOCK_INVALID', `the lock file ${file}: ${fault}`);
  return lock as Lock;
}

function faultOf(lock: unknown): string | undefined {
  if (!isRecord(lock)) return `expected an object, got ${JSON.stringify(lock)}`;
  if (lock['version'] !== 1) return `expected version 1, got ${JSON.stringify(lock['version'])}`;
  if (!isRecord(lock['services'])) return "expected 'services', an object by name";
  for (const [name, service] of Object.entries(lock['services'])) {
    if (!isRecord(service) || !isRecord(service['messages']) || !isRecord(service['methods']))
      return `service '${name}': expected 'methods' and 'messages'`;
    for (const [message, said] of Object.entries(service['messages'])) {
      const fault = messageFault(said);
      if (fault) return `service '${name}', message '${message}': ${fault}`;
    }
  }
  return undefined;
}

function messageFault(message: unknown): string | undefined {
  if (!isRecord(message) || !isRecord(message['fields'])) return "expected 'fields'";
  const seen = new Map<unknown, string>();
  for (const [name, field] of Object.entries(message['fields'])) {
    const number = isRecord(field) ? field['number'] : undefined;
    if (!Number.isInteger(number) || (number as number) < 1 || (number as number) > 536_870_911)
      return `field '${name}': expected a number from 1 to 536870911, got ${JSON.stringify(number)}`;
    if (typeof (field as Record<string, unknown>)['type'] !== 'string') return `field '${name}': expected a type`;
    const twin = seen.get(number);
    if (twin) return `the fields '${twin}' and '${name}' both have the number ${String(number)}`;
    seen.set(number, name);
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
