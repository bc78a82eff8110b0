'use strict';

/*
 * Who may import whom: the one table that the arrow rules check and the drawing in docs/ARCHITECTURE.md shows.
 * Each entry names the nearest rooms only; what those may import is allowed too.
 */

const coreRooms = {
  errors: [],
  clock: [],
  security: ['errors'],
  endpoint: ['errors'],
  metadata: ['errors'],
  telemetry: ['errors', 'clock', 'security'],
  schema: ['metadata', 'security'],
  container: ['metadata'],
  config: ['clock', 'telemetry', 'security', 'schema', 'container'],
  invocation: ['clock', 'schema', 'endpoint', 'telemetry'],
  chain: ['invocation', 'config', 'container', 'telemetry'],
  tls: ['config', 'endpoint'],
  registry: ['endpoint', 'config', 'tls'],
  transport: ['invocation', 'tls'],
  provider: ['chain', 'transport'],
  consumer: ['chain', 'registry', 'transport'],
  openapi: ['schema'],
  lifecycle: ['telemetry'],
};

/** Every room but itself: `application` stands on all of core and nothing of core on it. */
const topRoom = 'application';

/** Packages by ring; an arrow points to a lower ring, never sideways in rings 1 and 2. Plug-ins of ring 2 that stand on core alone need no entry. */
const rings = [
  ['core'],
  ['rest', 'grpc', 'governance'],
  // those that need more than core
  ['limit-redis'],
  ['testing', 'gateway', 'console'],
  ['cli'],
  ['create-ts-chassis'],
];

/** Third-party libraries and the one place that may load each. */
const vendors = {
  'reflect-metadata': ['packages/core/src/metadata/', 'packages/core/src/container/'],
  inversify: ['packages/core/src/container/'],
  yaml: ['packages/core/src/config/', 'packages/governance/src/dialects/'],
  ajv: ['packages/core/src/schema/'],
  'ajv-formats': ['packages/core/src/schema/'],
  express: ['packages/rest/src/'],
  '@fastify/busboy': ['packages/rest/src/'],
  negotiator: ['packages/rest/src/'],
  send: ['packages/rest/src/'],
  'swagger-ui-dist': ['packages/rest/src/'],
  'prom-client': ['packages/metrics/src/'],
  'jaeger-client': ['packages/tracing/src/'],
  undici: ['packages/rest/src/', 'packages/servicecomb/src/connection/'],
  ws: ['packages/servicecomb/src/connection/', 'packages/servicecomb/src/dev-registry/'],
  '@redis/client': ['packages/limit-redis/src/'],
  '@grpc/grpc-js': ['packages/grpc/src/'],
  '@grpc/proto-loader': ['packages/grpc/src/'],
  protobufjs: ['packages/grpc/src/'],
  jose: ['packages/auth/src/'],
  '@clack/prompts': ['packages/cli/src/new/', 'packages/cli/src/encrypt/'],
  chokidar: ['packages/cli/src/dev/'],
  typescript: ['packages/cli/src/'],
};

/** The rooms that a room may import, directly or through others. */
function reachable(room) {
  const seen = new Set();
  const visit = (name) => {
    for (const next of coreRooms[name]) {
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
    }
  };
  visit(room);
  return [...seen];
}

/** The packages of the rings below that of a package; a package the table does not name is a plug-in of ring 2. */
function packagesBelow(name) {
  const ring = rings.findIndex((members) => members.includes(name));
  return { ring: ring < 0 ? 2 : ring, allowed: rings.slice(0, ring < 0 ? 1 : ring).flat() };
}

module.exports = { coreRooms, topRoom, rings, vendors, reachable, packagesBelow };
