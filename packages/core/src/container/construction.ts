import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { AnyClass } from '../metadata/annotate.js';
import type { Binding, Source } from './binding.js';
import { circleFault, findPath, type Step } from './circle.js';
import { Engine } from './engine.js';
import { withInjector, type Injector } from './inject-function.js';
import { hint } from './missing.js';
import { declaredAt } from './needs.js';
import type { Scope } from './scope.js';
import { isClass, nameOf, type Identifier } from './token.js';

/**
 * Called once with every instance that the container made, before anything else receives it.
 *
 * @param instance - what a constructor or a factory returned
 * @param type - its class
 *
 * @example
 * ```ts
 * const hook: InstanceHook = (instance, type) => console.log(type.name);
 * ```
 */
export type InstanceHook = (instance: object, type: AnyClass) => void;

const AsyncFunction = (async () => {}).constructor;

/** Makes the instances: the order is inversify's, the calls, their context and the words of their failures are ours. */
export class Construction {
  /** In the order in which they were finished: dependencies first. */
  readonly made: Binding[] = [];
  readonly #engine = new Engine();
  readonly #bound = new Set<Binding>();
  readonly #hooked = new WeakSet<object>();
  /** What is being made, and what each of them asked for by `inject`. */
  readonly #making: { readonly binding: Binding; asked: Binding | undefined }[] = [];

  constructor(
    private readonly scopes: readonly Scope[],
    private readonly hooks: readonly InstanceHook[],
  ) {}

  /**
   * Makes everything. Factories come first, so that what they give as promises is there when classes ask for it by
   * `inject`; independent promises wait side by side.
   */
  async run(bindings: readonly Binding[]): Promise<void> {
    for (const binding of bindings) this.#bind(binding);
    await this.#settle(bindings.filter(isAsyncFactory));
    await this.#settle(bindings.filter((binding) => binding.recipe.kind === 'factory'));
    for (const binding of bindings) this.resolve(binding);
  }

  /** The instance of a binding, made now if need be. */
  resolve(binding: Binding): unknown {
    if (binding.state === 'made') return binding.outcome;
    if (binding.state === 'failed') throw binding.outcome;
    this.#bind(binding);
    const waiting = findWaiting(binding);
    if (waiting) throw notYet(binding, waiting);
    try {
      this.#engine.get(binding.key);
      return binding.outcome;
    } catch (error) {
      // A factory may turn out to be asynchronous only when it is called.
      const late = ChassisError.is(error) ? undefined : findWaiting(binding);
      throw late ? notYet(binding, late) : error;
    }
  }

  async #settle(bindings: readonly Binding[]): Promise<void> {
    const open = bindings.filter(({ state }) => state !== 'made');
    const results = await Promise.allSettled(open.map(({ key }) => this.#engine.getAsync(key)));
    const errors = new Set(results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : [])));
    const [first, ...others] = errors;
    if (!first) return;
    if (others.length === 0) throw first;
    const message = [...errors].map((error) => `\n  - ${error.message}`).join('');
    throw coreError('CONTAINER_FAILED', `${errors.size} providers failed:${message}`, { cause: new AggregateError(errors) });
  }

  #bind(binding: Binding): void {
    if (this.#bound.has(binding)) return;
    this.#bound.add(binding);
    const { parameters, properties } = binding.plan;
    const needs = [...parameters, ...properties.map(({ source }) => source)].flatMap((source) => {
      if (source.kind !== 'binding') return [];
      this.#bind(source.binding);
      return [source.binding.key];
    });
    this.#engine.bind(binding.key, () => this.#make(binding), needs);
  }

  /**
   * What the engine calls when everything that a binding needs is there. It is handed the binding, never the instance:
   * an instance that happens to have a method `then` would be taken for a promise.
   */
  #make(binding: Binding): Binding | Promise<Binding> {
    if (binding.state === 'made') return binding;
    if (binding.state === 'pending') return binding.outcome as Promise<Binding>;
    if (binding.state === 'failed') throw binding.outcome;
    if (binding.state === 'making') throw this.#circle(binding);
    binding.state = 'making';
    this.#making.push({ binding, asked: undefined });
    try {
      const value = this.#call(binding);
      return isPromise(value) && binding.recipe.kind === 'factory' ? this.#await(binding, value) : this.#finish(binding, value);
    } catch (error) {
      throw fail(binding, error);
    } finally {
      this.#making.pop();
    }
  }

  #call(binding: Binding): unknown {
    const { recipe, plan } = binding;
    if (recipe.kind === 'value') return recipe.value;
    const parameters = plan.parameters.map(take);
    const instance = explained(binding, () =>
      withInjector(this.#injectorOf(binding), () =>
        recipe.kind === 'class' ? new recipe.type(...parameters) : recipe.kind === 'factory' && recipe.make(...parameters),
      ),
    );
    for (const { property, source } of plan.properties) (instance as Record<string | symbol, unknown>)[property] = take(source);
    return instance;
  }

  #await(binding: Binding, promise: PromiseLike<unknown>): Promise<Binding> {
    binding.state = 'pending';
    const settled = Promise.resolve(promise).then(
      (value) => {
        try {
          return this.#finish(binding, value);
        } catch (error) {
          throw fail(binding, error);
        }
      },
      (error: unknown) => {
        throw fail(binding, explain(binding, error));
      },
    );
    binding.outcome = settled;
    return settled;
  }

  #finish(binding: Binding, value: unknown): Binding {
    const { recipe } = binding;
    if (recipe.kind !== 'value' && typeof value === 'object' && value !== null && !this.#hooked.has(value)) {
      this.#hooked.add(value);
      const type: unknown = recipe.kind === 'class' ? recipe.type : value.constructor;
      if (isClass(type)) for (const hook of this.hooks) hook(value, type);
    }
    binding.state = 'made';
    binding.outcome = value;
    this.made.push(binding);
    return binding;
  }

  #injectorOf(binding: Binding): Injector {
    return {
      find: (identifier, optional) => {
        const found = this.#find(binding, identifier, { optional, caller: 'inject' });
        return found && this.#ask(found);
      },
      findLater: (wanted) => {
        const lazy = typeof wanted === 'function' && !isClass(wanted);
        const find = (): Binding =>
          this.#find(binding, lazy ? (wanted as unknown as () => Identifier)() : wanted, { optional: false, caller: 'injectLater' })!;
        let found = lazy ? undefined : find();
        return () => this.resolve((found ??= find()));
      },
    };
  }

  #find(binding: Binding, identifier: Identifier, how: { optional: boolean; caller: string }): Binding | undefined {
    const found = binding.scope.find(identifier)?.end;
    if (found || how.optional) return found;
    const { recipe } = binding;
    const place = recipe.kind === 'class' ? declaredAt(recipe.type) : '';
    const why = hint(identifier, binding.scope, this.scopes);
    throw coreError('CONTAINER_MISSING', `${binding.title} of ${binding.origin}${place}: its ${how.caller}(${nameOf(identifier)}) asks for what nothing provides${why}`);
  }

  #ask(asked: Binding): unknown {
    const frame = this.#making.at(-1);
    if (frame) frame.asked = asked;
    try {
      return this.resolve(asked);
    } finally {
      if (frame) frame.asked = undefined;
    }
  }

  /** The circle that `inject` closed: from frame to frame, and between them along what constructors need. */
  #circle(closing: Binding): Error {
    const frames = this.#making.slice(this.#making.findIndex(({ binding }) => binding === closing));
    const steps = frames.flatMap(({ binding, asked }, index): readonly Step[] => {
      const next = frames[index + 1]?.binding ?? closing;
      return [{ binding, place: asked ? `inject(${asked.name})` : 'inject' }, ...((asked && findPath(asked, next)) ?? [])];
    });
    const { code, message } = circleFault(steps);
    return coreError(code, message);
  }
}

function take(source: Source): unknown {
  if (source.kind === 'binding') return source.binding.outcome;
  return source.kind === 'mark' ? source.resolve() : undefined;
}

function isAsyncFactory({ recipe }: Binding): boolean {
  return recipe.kind === 'factory' && recipe.make instanceof AsyncFunction;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** What a binding would have to wait for: itself or a need whose promise is not settled or not even asked for. */
function findWaiting(binding: Binding, seen = new Set<Binding>()): Binding | undefined {
  if (binding.state === 'made' || seen.has(binding)) return undefined;
  seen.add(binding);
  if (binding.state === 'pending' || (binding.state === 'new' && isAsyncFactory(binding))) return binding;
  for (const need of binding.needs) {
    const waiting = findWaiting(need.binding, seen);
    if (waiting) return waiting;
  }
  return undefined;
}

function notYet(asked: Binding, waiting: Binding): Error {
  const through = asked === waiting ? '' : `, since it needs ${waiting.name}`;
  return coreError(
    'CONTAINER_INVALID',
    `${asked.name} cannot be injected here yet${through}: ${waiting.title} of ${waiting.origin} gives a promise that is not settled; ask for it by a constructor parameter, or in \`inject\` of the factory`,
  );
}

function explained<T>(binding: Binding, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explain(binding, error);
  }
}

/** Names the provider whose code threw; what the container itself said inside needs no more words. */
function explain(binding: Binding, error: unknown): Error {
  if (ChassisError.is(error) && /^(CONTAINER|TYPES)_/.test(error.code)) return error;
  const { recipe } = binding;
  const what = recipe.kind === 'class' ? `the constructor of ${binding.title}${declaredAt(recipe.type)}` : binding.title;
  const reason = error instanceof Error ? error.message : String(error);
  return coreError('CONTAINER_FAILED', `${what} of ${binding.origin} failed: ${reason}`, { cause: error });
}

function fail(binding: Binding, error: unknown): unknown {
  binding.state = 'failed';
  binding.outcome = error;
  return error;
}
