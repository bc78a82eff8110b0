import { coreError } from '../errors/core-error.js';
import type { AnyClass } from '../metadata/annotate.js';
import type { Binding, Source } from './binding.js';
import { circleFault, findPath, type Step } from './circle.js';
import { Engine } from './engine.js';
import { explain, fail } from './explain.js';
import { withInjector, type Injector } from './inject-function.js';
import { hint } from './missing.js';
import { declaredAt } from './needs.js';
import type { Scope } from './scope.js';
import { isClass, nameOf, type Identifier } from './token.js';
import { findWaiting, isAsyncFactory, notYet } from './waiting.js';

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
    if (binding.state === 'making') throw this.#circle(binding);
    this.#bind(binding);
    const waiting = findWaiting(binding);
    if (waiting) throw notYet(binding, waiting);
    try {
      this.#engine.get(binding.key);
    } catch (error) {
      // The engine throws when a factory turns out to be asynchronous only when it is called.
      const late = findWaiting(binding);
      throw late ? notYet(binding, late) : error;
    }
    if (binding.state === 'failed') throw binding.outcome;
    return binding.outcome;
  }

  async #settle(bindings: readonly Binding[]): Promise<void> {
    await Promise.all(bindings.map(({ key }) => this.#engine.getAsync(key)));
    const errors = new Set(bindings.flatMap(({ state, outcome }) => (state === 'failed' ? [outcome as Error] : [])));
    const [first, ...others] = errors;
    if (!first) return;
    if (others.length === 0) throw first;
    const message = [...errors].map((error) => `\n  - ${error.message}`).join('');
    throw coreError('CONTAINER_FAILED', `${errors.size} providers failed:${message}`, {
      cause: new AggregateError(errors),
    });
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
   * What the engine calls when everything that a binding needs was called for. It is handed the binding, never the
   * instance, which might have a method `then` and be taken for a promise, and never a failure: whoever needs a binding
   * looks at its state. So no rejection gets lost in the engine.
   */
  #make(binding: Binding): Binding | Promise<Binding> {
    if (binding.state === 'pending') return binding.outcome as Promise<Binding>;
    if (binding.state !== 'new') return binding;
    try {
      this.#checkNeeds(binding);
      binding.state = 'making';
      this.#making.push({ binding, asked: undefined });
      try {
        const value = this.#call(binding);
        if (binding.recipe.kind === 'factory' && isPromise(value)) return this.#await(binding, value);
        this.#finish(binding, value);
      } finally {
        this.#making.pop();
      }
    } catch (error) {
      fail(binding, error);
    }
    return binding;
  }

  #checkNeeds({ needs }: Binding): void {
    for (const { binding } of needs) {
      if (binding.state === 'failed') throw binding.outcome;
      if (binding.state === 'making') throw this.#circle(binding);
    }
  }

  #call(binding: Binding): unknown {
    const { recipe, plan } = binding;
    if (recipe.kind === 'value') return recipe.value;
    if (recipe.kind === 'alias') return undefined;
    const parameters = plan.parameters.map(take);
    const run = (): unknown => (recipe.kind === 'class' ? new recipe.type(...parameters) : recipe.make(...parameters));
    const instance = this.#explained(binding, () => withInjector(this.#injectorOf(binding), run));
    for (const { property, source } of plan.properties) {
      (instance as Record<string | symbol, unknown>)[property] = take(source);
    }
    return instance;
  }

  #explained<T>(binding: Binding, run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw explain(binding, error);
    }
  }

  #await(binding: Binding, promise: PromiseLike<unknown>): Promise<Binding> {
    const settle = async (): Promise<Binding> => {
      try {
        const value = await Promise.resolve(promise).catch((error: unknown) => {
          throw explain(binding, error);
        });
        this.#finish(binding, value);
      } catch (error) {
        fail(binding, error);
      }
      return binding;
    };
    binding.state = 'pending';
    const settled = settle();
    binding.outcome = settled;
    return settled;
  }

  #finish(binding: Binding, value: unknown): void {
    const { recipe } = binding;
    if (recipe.kind !== 'value' && typeof value === 'object' && value !== null && !this.#hooked.has(value)) {
      this.#hooked.add(value);
      const type: unknown = recipe.kind === 'class' ? recipe.type : value.constructor;
      if (isClass(type)) for (const hook of this.hooks) hook(value, type);
    }
    binding.state = 'made';
    binding.outcome = value;
    this.made.push(binding);
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
          this.#find(binding, lazy ? (wanted as unknown as () => Identifier)() : wanted, {
            optional: false,
            caller: 'injectLater',
          })!;
        let found = lazy ? undefined : find();
        return () => this.resolve((found ??= find()));
      },
    };
  }

  #find(binding: Binding, identifier: Identifier, how: { optional: boolean; caller: string }): Binding | undefined {
    const found = binding.scope.find(identifier)?.end;
    if (found) binding.asked.add(found);
    if (found || how.optional) return found;
    const { recipe } = binding;
    const place = recipe.kind === 'class' ? declaredAt(recipe.type) : '';
    const why = hint(identifier, binding.scope, this.scopes);
    throw coreError(
      'CONTAINER_MISSING',
      `${binding.title} of ${binding.origin}${place}: its ${how.caller}(${nameOf(identifier)}) asks for what nothing provides${why}`,
    );
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
      return [
        { binding, place: asked ? `inject(${asked.name})` : 'inject' },
        ...((asked && findPath(asked, next)) ?? []),
      ];
    });
    const { code, message } = circleFault(steps);
    return coreError(code, message);
  }
}

function take(source: Source): unknown {
  if (source.kind === 'binding') return source.binding.outcome;
  return source.kind === 'mark' ? source.resolve() : undefined;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
