// Draws the arrows that the sources really have into docs/ARCHITECTURE.md, between its two markers. Without `--update`
// it only compares, so that the drawing cannot lie.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractConfiguration from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTypeScript from 'dependency-cruiser/config-utl/extract-ts-config';
import { root } from '../files.mjs';

const begin = '<!-- arrows: begin (drawn by npm run arrows:update) -->';
const end = '<!-- arrows: end -->';
const target = join(root, 'docs/ARCHITECTURE.md');

process.chdir(root);
const options = await extractConfiguration(join(root, '.dependency-cruiser.cjs'));
const { output } = await cruise(['packages'], options, undefined, {
  tsConfig: extractTypeScript(join(root, 'tsconfig.test.json')),
});
const edges = output.modules
  .filter((module) => /^packages\/[^/]+\/src\//.test(module.source) && !/\.(test|fixture)\.ts$/.test(module.source))
  .flatMap((module) => module.dependencies.map((dependency) => [module.source, dependency.resolved]));

/** The packages' arrows, or the arrows between the rooms of one package. */
function arrows(nodeOf) {
  const found = new Map();
  for (const [from, to] of edges) {
    const [a, b] = [nodeOf(from), nodeOf(to)];
    if (a && !found.has(a)) found.set(a, new Set());
    if (a && b && a !== b) found.get(a).add(b);
  }
  return found;
}

/** Leaves out an arrow that a longer way through other nodes already implies: the picture then shows the layers. */
function reduced(graph) {
  const reaches = (from, to, seen = new Set()) =>
    [...(graph.get(from) ?? [])].some(
      (next) => next === to || (!seen.has(next) && (seen.add(next), reaches(next, to, seen))),
    );
  const kept = new Map();
  for (const [from, targets] of graph) {
    const needed = [...targets].filter((to) => ![...targets].some((other) => other !== to && reaches(other, to)));
    kept.set(from, needed.sort());
  }
  return kept;
}

function mermaid(graph) {
  const lines = ['```mermaid', 'flowchart TD'];
  for (const [from, targets] of [...graph].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(targets.length > 0 ? `  ${from} --> ${targets.join(' & ')}` : `  ${from}`);
  }
  return [...lines, '```'];
}

const packageOf = (path) => /^packages\/([^/]+)\//.exec(path)?.[1];
const roomOf = (name) => (path) => new RegExp(`^packages/${name}/src/([^/]+)/`).exec(path)?.[1];
const parts = ['Between packages:', '', ...mermaid(reduced(arrows(packageOf)))];
for (const name of readdirSync('packages')) {
  const rooms = arrows(roomOf(name));
  if (rooms.size < 2) continue;
  parts.push(
    '',
    `Between the rooms of \`packages/${name}\` (an arrow that a longer way implies is left out):`,
    '',
    ...mermaid(reduced(rooms)),
  );
}

const text = readFileSync(target, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`docs/ARCHITECTURE.md lacks its markers: expected ${begin} and ${end}`);
const fresh = `${text.slice(0, from + begin.length)}\n\n${parts.join('\n')}\n\n${text.slice(to)}`;
if (fresh !== text && process.argv.includes('--update')) {
  writeFileSync(target, fresh);
  console.log('docs/ARCHITECTURE.md redrawn');
} else if (fresh !== text) {
  console.error('The drawing in docs/ARCHITECTURE.md is stale; run npm run arrows:update');
  process.exitCode = 1;
}
