import type { JsonSchema } from '../json-schema.js';
import type { Walk } from './walk.js';

/** Gives named types their place under `$defs` while a schema is written. */
export interface Naming {
  /** The reference to a named node; its definition is written once. */
  reference(node: NamedNode): JsonSchema;
}

/** A node that documents list by name. */
export interface NamedNode extends TypeNode {
  readonly name: string;
  /** The identity of what it was made of: two nodes of one origin are one definition. */
  readonly origin: object;
  define(naming: Naming): JsonSchema;
}

/** Names a constant for generated code. */
export type Bind = (constant: unknown) => string;

/** One place of a type: knows how to check what comes in, how to write what goes out and how to describe both. */
export abstract class TypeNode {
  /** In one or two words, for messages. */
  abstract readonly label: string;

  /** Whether what `take` gives may differ from JSON: dates, big integers, bytes, instances, transformed values. */
  get converts(): boolean {
    return false;
  }

  /** Whether `take` may give a promise. */
  get defers(): boolean {
    return false;
  }

  /** An expression that is true of a variable's value when `take` would give it back as it is; none when that is never so. */
  guard(_variable: string, _bind: Bind): string | undefined {
    return undefined;
  }

  /** When (an expression) a variable's value is written by another expression; none when only `write` can. */
  shortcut(_variable: string, _bind: Bind): { readonly when: string; readonly text: string } | undefined {
    return undefined;
  }

  /** The nodes it is made of. */
  children(): readonly TypeNode[] {
    return [];
  }

  /** The value to use in the place of what came, or `MISFIT` after a fault. Never changes what came. */
  abstract take(value: unknown, walk: Walk): unknown;

  /** JSON text of what goes out; throws `RESULT_INVALID`. */
  abstract write(value: unknown, walk: Walk): string;

  abstract describe(naming: Naming): JsonSchema;
}
