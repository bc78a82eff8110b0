/** What both sides speak: REST, or the protocol of the sample, which is taken from where the sample is built. */
import { join } from 'node:path';
import type { Plugin } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';

const sample = join(__dirname, '..', '..', '..', '..', 'samples', 'private-protocol', 'dist');

export function spoken(): Plugin[] {
  if (process.env['PROTOCOL'] === 'rest') return [rest()];
  const { talk } = require(join(sample, 'talk', 'plugin.js')) as { talk: () => Plugin };
  if (process.env['CODEC'] !== 'msgpack') return [talk()];
  const { messagePack } = require(join(sample, 'message-pack.js')) as { messagePack: () => Plugin };
  return [talk(), messagePack()];
}
