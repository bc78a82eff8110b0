import type { Newable } from '../metadata/annotate.js';
import { coreError } from '../errors/core-error.js';
import { isClass, isIdentifier, nameOf, type Identifier } from './token.js';

/**
 * Makes an instance of `useClass` where `provide` is asked for.
 *
 * @example
 * ```ts
 * const provider: ClassProvider = { provide: BookStore, useClass: SqlBookStore };
 * ```
 */
export interface ClassProvider<T = unknown> {
  readonly provide: Identifier<T>;
  readonly useClass: Newable<T>;
}

/**
 * Gives a value that exists already. Its lifecycle methods, if it has any, are called as those of made instances.
 *
 * @example
 * ```ts
 * const provider: ValueProvider<string> = { provide: CURRENCY, useValue: 'EUR' };
 * ```
 */
export interface ValueProvider<T = unknown> {
  readonly provide: Identifier<T>;
  readonly useValue: T;
}

/**
 * A dependency of a factory: an identifier, or one that may be missing.
 *
 * @example
 * ```ts
 * const inject: FactoryDependency[] = [Database, { token: CURRENCY, optional: true }];
 * ```
 */
export type FactoryDependency = Identifier | { readonly token: Identifier; readonly optional?: boolean };

/**
 * Calls a function, once. A promise is awaited before anything that depends on it is made; what does not depend on it is
 * made meanwhile.
 *
 * @example
 * ```ts
 * const provider: FactoryProvider = { provide: Database, useFactory: (url: string) => Database.open(url), inject: [DATABASE_URL] };
 * ```
 */
export interface FactoryProvider<T = unknown> {
  readonly provide: Identifier<T>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- its parameters are what `inject` lists
  readonly useFactory: (...dependencies: any[]) => T | Promise<T>;
  /** What the function receives, in order; default nothing. */
  readonly inject?: readonly FactoryDependency[];
}

/**
 * Another name for what `useExisting` names: the same instance.
 *
 * @example
 * ```ts
 * const provider: ExistingProvider = { provide: Clock, useExisting: SystemClock };
 * ```
 */
export interface ExistingProvider<T = unknown> {
  readonly provide: Identifier<T>;
  readonly useExisting: Identifier<T>;
}

/**
 * Says how something injectable comes into being; a class alone provides itself.
 *
 * @example
 * ```ts
 * const providers: Provider[] = [BookStore, { provide: CURRENCY, useValue: 'EUR' }];
 * ```
 */
export type Provider = Newable | ClassProvider | ValueProvider | FactoryProvider | ExistingProvider;

/** A provider in one shape, checked. */
export type Recipe =
  | { readonly kind: 'class'; readonly identifier: Identifier; readonly type: Newable }
  | { readonly kind: 'value'; readonly identifier: Identifier; readonly value: unknown }
  | {
      readonly kind: 'factory';
      readonly identifier: Identifier;
      readonly make: (...dependencies: unknown[]) => unknown;
      readonly inject: readonly FactoryDependency[];
    }
  | { readonly kind: 'alias'; readonly identifier: Identifier; readonly target: Identifier };

const FORMS = ['useClass', 'useValue', 'useFactory', 'useExisting'] as const;

/**
 * Brings a provider into its one checked shape.
 *
 * @param where - the list it stands in, for messages
 * @throws ChassisError `CONTAINER_INVALID`
 */
export function toRecipe(provider: Provider, where: string): Recipe {
  if (isClass(provider)) return { kind: 'class', identifier: provider, type: provider as Newable };
  const form = onlyForm(provider, where);
  const identifier = provider.provide;
  if (!isIdentifier(identifier))
    throw invalid(where, `expected a class or a token in \`provide\`, got ${describe(identifier)}`);
  const entry = provider as ClassProvider & ValueProvider & FactoryProvider & ExistingProvider;
  const name = nameOf(identifier);
  switch (form) {
    case 'useValue':
      return { kind: 'value', identifier, value: entry.useValue };
    case 'useClass':
      if (!isClass(entry.useClass))
        throw invalid(where, `expected a class in \`useClass\` of ${name}, got ${describe(entry.useClass)}`);
      return { kind: 'class', identifier, type: entry.useClass };
    case 'useFactory':
      if (typeof entry.useFactory !== 'function')
        throw invalid(where, `expected a function in \`useFactory\` of ${name}, got ${describe(entry.useFactory)}`);
      return { kind: 'factory', identifier, make: entry.useFactory, inject: entry.inject ?? [] };
    case 'useExisting':
      if (!isIdentifier(entry.useExisting))
        throw invalid(
          where,
          `expected a class or a token in \`useExisting\` of ${name}, got ${describe(entry.useExisting)}`,
        );
      return { kind: 'alias', identifier, target: entry.useExisting };
  }
}

function onlyForm(provider: unknown, where: string): (typeof FORMS)[number] {
  if (typeof provider !== 'object' || provider === null)
    throw invalid(where, `expected a class or a provider, got ${describe(provider)}`);
  const forms = FORMS.filter((form) => form in provider);
  if (forms.length === 1 && 'provide' in provider) return forms[0]!;
  const got = Object.keys(provider).join(', ') || 'no key';
  throw invalid(where, `expected a class or { provide, ${FORMS.join(' | ')} }, got an object with ${got}`);
}

function invalid(where: string, fault: string): Error {
  return coreError('CONTAINER_INVALID', `${where}: ${fault}`);
}

/** How a message shows a wrong value. */
export function describe(value: unknown): string {
  if (value === undefined) return 'undefined (do files import one another in a circle?)';
  if (typeof value === 'function' || isIdentifier(value)) return nameOf(value);
  return value === null || typeof value !== 'object' ? String(value) : 'an object';
}
