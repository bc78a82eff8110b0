/** What both sides of the section on TLS have in common. */
import { join } from 'node:path';
import type { Plugin } from '@ts-chassis/core';
import { grpc } from '@ts-chassis/grpc';
import { rest } from '@ts-chassis/rest';
import { protoFile } from '../../peers/grpc/greeter.js';

export const protocol = process.env['PROTOCOL'] ?? 'rest';

export function spoken(): Plugin[] {
  return [protocol === 'rest' ? rest() : grpc({ protos: [{ file: protoFile }] })];
}

/** Keys of one side; none where there are no certificates. */
export function encrypted(side: 'Provider' | 'Consumer'): Readonly<Record<string, string>> {
  const folder = process.env['CERTIFICATES'];
  if (folder === undefined) return {};
  const certificate = join(folder, 'certificate.pem');
  if (side === 'Consumer') return { [`ssl.${protocol}.Consumer.caFile`]: certificate };
  const tag = `ssl.${protocol}.Provider`;
  return { [`${tag}.certFile`]: certificate, [`${tag}.keyFile`]: join(folder, 'key.pem') };
}
