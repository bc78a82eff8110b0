import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

function source(entry: string): string {
  const [name, room] = entry.split('/');
  return fileURLToPath(new URL(`./packages/${name}/src/${room ? `${room}/` : ''}index.ts`, import.meta.url));
}

export default defineConfig({
  // Packages are tested from source, so that `vitest` needs no build.
  resolve: {
    alias: {
      '@ts-chassis/core': source('core'),
      '@ts-chassis/rest': source('rest'),
      '@ts-chassis/governance': source('governance'),
      '@ts-chassis/auth': source('auth'),
      '@ts-chassis/grpc': source('grpc'),
      '@ts-chassis/limit-redis': source('limit-redis'),
      // before the package itself, whose name it begins with
      '@ts-chassis/servicecomb/dev-registry': source('servicecomb/dev-registry'),
      '@ts-chassis/servicecomb': source('servicecomb'),
      '@ts-chassis/metrics': source('metrics'),
      '@ts-chassis/tracing': source('tracing'),
      '@ts-chassis/testing': source('testing'),
      '@ts-chassis/cli': source('cli'),
      'create-ts-chassis': source('create-ts-chassis'),
    },
  },
  // Said here rather than left to the nearest tsconfig, which leaves test files out.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    pool: 'threads',
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'samples/*/src/**/*.test.ts', 'simulation/**/*.test.ts'],
          exclude: ['packages/grpc/**'],
        },
      },
      {
        extends: true,
        // Node aborts a process now and then whose HTTP/2 client was sent more headers than it takes, as tests do: see docs/grpc.md.
        test: { name: 'grpc', include: ['packages/grpc/src/**/*.test.ts'], pool: 'forks', isolate: true },
      },
      {
        extends: true,
        test: {
          name: 'process',
          include: ['test/**/*.test.ts'],
          exclude: ['test/interop/**', 'test/browser/**'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'interop',
          include: ['test/interop/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          // a server that is not installed yet is, which takes minutes when it is built
          hookTimeout: 1_800_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
