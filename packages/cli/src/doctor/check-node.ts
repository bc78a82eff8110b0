import type { Check, Finding } from './finding.js';

/** Node.js is new enough, and does not compile TypeScript by itself. */
export const checkNode: Check = {
  name: 'node',
  run: ({ environment }) => [...version(process.versions.node), ...stripping(environment)],
};

/** @param version - such as `20.19.0` */
export function version(version: string): readonly Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return [];
  return [
    {
      ...{ level: 'error', check: 'node' },
      message: `Node.js ${version} is too old: expected 20.19 or newer`,
      fix: 'install a newer Node.js',
    },
  ];
}

function stripping({ NODE_OPTIONS = '' }: NodeJS.ProcessEnv): readonly Finding[] {
  const eraser = /\btsx\b|--experimental-(?:strip|transform)-types|\besbuild\b/.exec(NODE_OPTIONS)?.[0];
  if (eraser === undefined) return [];
  return [
    {
      ...{ level: 'error', check: 'node' },
      message: `NODE_OPTIONS has ${eraser}, which drops the types that injection and validation need`,
      fix: 'take it out, and run with ts-node (swc) or compiled by tsc',
    },
  ];
}
