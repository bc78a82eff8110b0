import { rest } from '@ts-chassis/rest';
import { describe, it } from 'vitest';
import { memory } from '../memory.js';
import { MemoryNetwork } from '../memory-network.js';
import { transportConformance } from './transport-conformance.js';

const runner = { describe, it };
const network = new MemoryNetwork();

transportConformance(
  'the transport of memory',
  {
    protocol: 'memory',
    plugins: () => [memory({ network })],
    abilities: ['client-streams', 'bidirectional', 'stream-failures'],
  },
  { runner },
);

transportConformance(
  'the transport of REST',
  { protocol: 'rest', plugins: () => [rest()], abilities: ['client-streams', 'bidirectional', 'sockets', 'limit'] },
  { runner },
);
