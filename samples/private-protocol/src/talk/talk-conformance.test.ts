import { transportConformance } from '@ts-chassis/testing';
import { describe, it } from 'vitest';
import { messagePack } from '../message-pack.js';
import { talk } from './plugin.js';

const runner = { describe, it };
const abilities = ['stream-failures', 'sockets', 'limit'] as const;

transportConformance('talk', { protocol: 'talk', plugins: () => [talk()], abilities }, { runner });
transportConformance(
  'talk in MessagePack',
  { protocol: 'talk', plugins: () => [talk(), messagePack()], abilities },
  { runner },
);
