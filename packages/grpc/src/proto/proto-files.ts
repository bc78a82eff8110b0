import type { SchemaInfo } from '@ts-chassis/core';
import { grpcError } from '../codes.js';
import { deriveService, type DerivedService } from './derived-service.js';
import { lockText, readLock } from './lock-file.js';
import { applyLock, lockOf, type LockedService } from './lock.js';
import { qualifiedIdentifier } from './proto-names.js';
import { fileNameOf, protoText } from './proto-text.js';

/**
 * A `.proto` that was derived from classes.
 *
 * @example
 * ```ts
 * const file: ProtoFile = { name: 'catalog.proto', text: 'syntax = "proto3";' };
 * ```
 */
export interface ProtoFile {
  /** With folders, as others import it: `shop/orders.proto`. */
  readonly name: string;
  readonly text: string;
}

/**
 * What {@link protoFiles} takes.
 *
 * @example
 * ```ts
 * const options: ProtoFilesOptions = { lock: 'conf/grpc.lock.json' };
 * ```
 */
export interface ProtoFilesOptions {
  /** The lock file as it is; default none. One that is not there yet is none. */
  readonly lock?: string;
  /** Whether changes that break other programs are taken, under new numbers; default false. */
  readonly acceptBreaking?: boolean;
  /** Services that are left out, because their `.proto` is given. */
  readonly skip?: readonly string[];
}

/**
 * The `.proto` files of what schemas offer by `@Rpc`, and the lock file that keeps their numbers. Nothing is written.
 *
 * @param schemas - as `readSchema` or an application's `schemas` give them
 * @throws ChassisError `PROTO_BREAKING`, `PROTO_INVALID`, `PROTO_LOCK_INVALID`
 *
 * @example
 * ```ts
 * const { files, lock } = protoFiles(app.schemas, { lock: 'conf/grpc.lock.json' });
 * ```
 */
export function protoFiles(
  schemas: readonly SchemaInfo[],
  options: ProtoFilesOptions = {},
): { readonly files: readonly ProtoFile[]; readonly lock: string } {
  const { lock, acceptBreaking: accept = false, skip = [] } = options;
  const before = lock === undefined ? undefined : readLock([lock], false);
  const services: Record<string, LockedService> = { ...before?.services };
  const files: ProtoFile[] = [];
  const taken = new Map<string, string>();
  for (const { operations } of schemas) {
    const names = new Set(operations.flatMap(({ rpc }) => rpc?.service ?? []));
    for (const name of names) {
      if (skip.includes(name)) continue;
      const service = deriveService(
        name,
        operations.filter(({ rpc }) => rpc?.service === name),
      );
      const locked = before?.services[name];
      if (locked) applyLock(service, { locked, accept });
      refuseTwins(service, taken);
      services[name] = lockOf(service, locked);
      files.push({ name: fileNameOf(name), text: protoText(service) });
    }
  }
  return { files, lock: lockText({ version: 1, services }) };
}

/** Programs read all files at once: a name that two have is one that they take for a mistake, or one file that overwrites the other. */
function refuseTwins({ name, messages }: DerivedService, taken: Map<string, string>): void {
  const full = qualifiedIdentifier(name);
  const home = full.slice(0, full.lastIndexOf('.') + 1);
  const own = [
    { key: fileNameOf(name).toLowerCase(), what: `written to ${fileNameOf(name)}` },
    ...messages.map((message) => ({ key: home + message.name, what: `given the message ${home}${message.name}` })),
  ];
  for (const { key, what } of own) {
    const other = taken.get(key);
    if (other !== undefined)
      throw grpcError(
        'PROTO_INVALID',
        `the services '${other}' and '${name}' would both be ${what}; give one of them a package by @Rpc({ service: 'shop.${name}' }), or a class another name`,
      );
    taken.set(key, name);
  }
}
