/** What a new project is made with; `versions.test.ts` holds them to those this repository is tested with. */
export const VERSIONS = {
  '@swc/core': '1.16.18',
  '@types/node': '^20.19.0',
  'ts-node': '^10.9.2',
  // TypeScript 7 has no compiler API in JavaScript, which ts-node needs.
  typescript: '~6.0.3',
  vitest: '~4.1.12',
} as const;
