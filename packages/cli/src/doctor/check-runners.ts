import type { Check, Finding } from './finding.js';

/** Programs that compile TypeScript and drop the types of parameters and fields. */
const ERASERS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[\s&;|])(?:npx\s+)?tsx\s/, 'tsx'],
  [/(?:^|[\s&;|])(?:npx\s+)?(?:esno|esbuild-register)\s/, 'esbuild'],
  [/--(?:import|require|loader|experimental-loader)[= ]tsx\b/, 'tsx'],
  [/--experimental-(?:strip|transform)-types/, 'Node.js stripping types'],
  [
    /(?:^|[\s&;|])node\s+(?:--(?!import|loader|require|experimental-loader)\S+\s+)*[^\s-]\S*\.[cm]?ts\b/,
    'Node.js stripping types',
  ],
  [/(?:^|[\s&;|])vite-node\s/, 'vite-node'],
];

/** The scripts of `package.json` run sources with something that keeps types. */
export const checkRunners: Check = {
  name: 'runner',
  run: ({ project }) =>
    Object.entries(project.manifest.scripts ?? {}).flatMap(([name, script]) => {
      const eraser = ERASERS.find(([pattern]) => pattern.test(`${script} `))?.[1];
      return eraser === undefined ? [] : [finding(name, script, eraser)];
    }),
};

function finding(name: string, script: string, eraser: string): Finding {
  return {
    ...{ level: 'warning', check: 'runner' },
    message: `the script "${name}" (${script}) uses ${eraser}, which drops the types that injection and validation need`,
    fix: 'use "chassis dev" or ts-node (swc), or compile with tsc first',
  };
}
