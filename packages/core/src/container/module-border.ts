import type { Newable } from '../metadata/annotate.js';
import type { Binding } from './binding.js';
import type { Fault } from './fault.js';
import { isConfigured, type ConfiguredModule } from './module.js';
import { describe } from './provider.js';
import type { Scope } from './scope.js';
import { isIdentifier, nameOf, type Identifier } from './token.js';

/** What a module is told apart by: its class, or the object that configures it. */
export type ModuleKey = Newable | ConfiguredModule;

/** A module after the walk. */
export interface Collected {
  readonly scope: Scope;
  readonly exports: (Identifier | ConfiguredModule)[];
  /** Modules imported by this one, for exports that pass through. */
  readonly imports: ModuleKey[];
}

/** Exports cross here: from a private module into the scope of its importer. */
export interface Border {
  readonly from: ModuleKey;
  readonly to: Scope;
}

type Modules = ReadonlyMap<ModuleKey, Collected>;

/**
 * Lets exports cross their borders, when everything is provided.
 *
 * @param replaceable - the origin whose providers give way to exports
 */
export function openBorders(modules: Modules, borders: readonly Border[], replaceable: string): readonly Fault[] {
  const faults: string[] = [];
  for (const { from, to } of borders) {
    for (const [identifier, binding] of exportsOf(modules, from, new Set())) {
      const present = to.own.get(identifier) ?? to.seen.get(identifier);
      if (present && present !== binding && present.origin !== replaceable) {
        faults.push(
          `${nameOf(identifier)} is exported by ${binding.origin} to ${to.name}, where ${present.origin} provides it already`,
        );
        continue;
      }
      if (present?.origin === replaceable) to.own.delete(identifier);
      to.seen.set(identifier, binding);
    }
  }
  faults.push(...wrongExports(modules));
  return faults.map((message) => ({ code: 'CONTAINER_INVALID', message }));
}

function exportsOf(modules: Modules, key: ModuleKey, visited: Set<ModuleKey>): ReadonlyMap<Identifier, Binding> {
  const exported = new Map<Identifier, Binding>();
  const module = modules.get(key);
  if (!module || visited.has(key)) return exported;
  visited.add(key);
  const fromImports = new Map(
    module.imports.flatMap((imported) => [...exportsOf(modules, imported, new Set(visited))]),
  );
  for (const entry of module.exports) {
    for (const [identifier, binding] of exportsOf(modules, entry as ModuleKey, new Set(visited)))
      exported.set(identifier, binding);
    const binding = isIdentifier(entry) ? (module.scope.own.get(entry) ?? fromImports.get(entry)) : undefined;
    if (binding) exported.set(binding.identifier, binding);
  }
  return exported;
}

function wrongExports(modules: Modules): readonly string[] {
  return [...modules].flatMap(([key, { scope, exports }]) =>
    exports
      .filter((entry) => !modules.has(entry as ModuleKey) && !(isIdentifier(entry) && scope.find(entry)))
      .map(
        (entry) =>
          `${nameOf(isConfigured(key) ? key.module : key)} exports ${describe(entry)}, which it neither provides nor imports`,
      ),
  );
}
