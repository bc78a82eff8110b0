import type { AnyClass } from '../metadata/annotate.js';

/** Survives two copies of this package in one process. */
const BRAND = Symbol.for('ts-chassis.token');

/**
 * Names something injectable that has no class: a value, a function, an interface.
 *
 * @example
 * ```ts
 * const RATES: Token<ReadonlyMap<string, number>> = token('RATES');
 * ```
 */
export class Token<T = unknown> {
  /** Ties the token to the type of its value; never set. */
  declare protected readonly valueType: T;

  /**
   * @param name - for messages; tokens are told apart by identity, not by name
   * @param makeDefault - makes the value when nothing provides it
   */
  constructor(
    readonly name: string,
    readonly makeDefault?: () => T,
  ) {}
}

Object.defineProperty(Token.prototype, BRAND, { value: true });

/**
 * What the container finds things by: a class, an abstract one too, or a {@link Token}.
 *
 * @example
 * ```ts
 * function nameOf(identifier: Identifier): string { return identifier.name; }
 * ```
 */
export type Identifier<T = unknown> = AnyClass<T> | Token<T>;

/**
 * Makes a {@link Token}.
 *
 * @param name - for messages
 * @param options - `default` makes the value, once per application, when no module provides the token
 *
 * @example
 * ```ts
 * export const CURRENCY = token<string>('CURRENCY', { default: () => 'EUR' });
 * ```
 */
export function token<T>(name: string, options: { readonly default?: () => T } = {}): Token<T> {
  return new Token<T>(name, options.default);
}

export function isToken(value: unknown): value is Token {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Classes have a `prototype`, arrow functions and methods have none. */
export function isClass(value: unknown): value is AnyClass {
  return typeof value === 'function' && Object.hasOwn(value, 'prototype');
}

export function isIdentifier(value: unknown): value is Identifier {
  return isClass(value) || isToken(value);
}

/** How a message calls an identifier. */
export function nameOf(identifier: unknown): string {
  if (isToken(identifier)) return identifier.name;
  if (typeof identifier === 'function') return identifier.name || 'an anonymous class';
  return String(identifier);
}
