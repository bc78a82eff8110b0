import { VirtualClock } from '../clock/virtual-clock.js';
import { seededRandom } from '../clock/random.js';
import type { Section } from '../config/section.js';
import { Invocation, type InvocationInit } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import { replyOf } from '../invocation/reply.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import type { Operation, Parameter, SchemaInfo } from '../schema/operation.js';
import type { ValueType } from '../schema/value-type.js';
import { createLogger } from '../telemetry/create-logger.js';
import type { ChainTarget } from './chain-target.js';
import type { ChainHandler, PlannedHandler } from './handler.js';
import { HandlerTable, type HandlerEntry } from './handler-table.js';
import { ChainPlanner, type PlannerOptions } from './planner.js';
import type { PolicyKind } from './policy.js';
import type { Side } from './side.js';

/** What decorators would have written. */
type Marks = ReadonlyMap<object, unknown>;

export const marks = (...entries: readonly (readonly [key: object, value: unknown])[]): Marks => new Map(entries);

/** A type that takes any value and writes it as JSON. */
export const anyType: ValueType = {
  json: {},
  definitions: new Map(),
  async: false,
  validate: (value) => value,
  serialize: (value) => JSON.stringify(value),
};

export function parameter(name: string, index: number, more: Partial<Parameter> = {}): Parameter {
  return { name, index, place: 'query', schema: anyType, optional: false, ...more };
}

interface OperationParts extends Partial<Omit<Operation, 'schema' | 'read'>> {
  readonly schemaId?: string;
  readonly type?: SchemaInfo['type'];
  readonly listeners?: readonly string[];
  readonly marks?: Marks;
  readonly schemaMarks?: Marks;
}

/** An operation, alone in its schema: `catalog.find` where nothing else is said. */
export function operation(parts: OperationParts = {}): Operation {
  const { schemaId = 'catalog', type, listeners, marks: own, schemaMarks, name = 'find', ...more } = parts;
  const operations: Operation[] = [];
  const schema: SchemaInfo = {
    id: schemaId,
    path: '',
    operations,
    read: <T>(key: MetadataKey<T>) => schemaMarks?.get(key) as T | undefined,
    ...(type && { type }),
    ...(listeners && { listeners }),
  };
  const made: Operation = {
    ...{ id: `${schemaId}.${name}`, schema, name, member: name, parameters: [], result: { stream: false } },
    ...more,
    read: <T>(key: MetadataKey<T>) => own?.get(key) as T | undefined,
  };
  operations.push(made);
  return made;
}

/** A configuration that is changed by dotted keys. */
export class Tree {
  #root: Record<string, unknown> = {};

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    for (const [key, value] of Object.entries(values)) this.#plant(key, value);
  }

  readonly raw = (key: string): unknown => {
    let at: unknown = this.#root;
    for (const step of key.split('.')) at = (at as Record<string, unknown> | undefined)?.[step];
    return at;
  };

  /** As it stands, unchecked. */
  readonly section = <T>({ key }: Section<T>, name?: string): T =>
    this.raw(name === undefined ? key : key.replace('*', name)) as T;

  #plant(key: string, value: unknown): void {
    const steps = key.split('.');
    const last = steps.pop()!;
    let at = this.#root;
    for (const step of steps) at = (at[step] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
}

interface PlanningOptions extends Partial<Pick<PlannerOptions, 'policies' | 'ambient'>> {
  readonly values?: Readonly<Record<string, unknown>>;
}

/** A planner with what it works with, all of it within reach. */
export class Planning {
  readonly clock = new VirtualClock();
  readonly handlers = new HandlerTable();
  /** Messages of the log. */
  readonly log: string[] = [];
  readonly planner: ChainPlanner;
  #tree: Tree;

  constructor({ values, policies = [], ambient = () => false }: PlanningOptions = {}) {
    this.#tree = new Tree(values);
    const write = (line: string): void => void this.log.push((JSON.parse(line) as { message: string }).message);
    this.planner = new ChainPlanner({
      handlers: this.handlers,
      policies: policies as readonly PolicyKind<object>[],
      clock: this.clock,
      random: seededRandom(1),
      logger: createLogger({ clock: this.clock, write }),
      ambient,
      view: { raw: (key) => this.#tree.raw(key), section: (section, name) => this.#tree.section(section, name) },
    });
  }

  /** Adds a handler that passes on. */
  add(name: string, entry: Partial<HandlerEntry> & { readonly handler?: ChainHandler | PlannedHandler } = {}): this {
    const { handler = { handle: (invocation: Invocation, next: Next) => next(invocation) }, ...more } = entry;
    this.handlers.add({ name, side: 'provider', make: () => handler, ...more }, 'test');
    return this;
  }

  /** The links of a chain, for an operation without decorators where none is given. */
  links(side: Side, more: Partial<ChainTarget> = {}): readonly string[] {
    return this.planner.describe({ side, service: 'catalog', operation: operation(), ...more });
  }

  runner(more: Partial<ChainTarget> = {}): ReturnType<ChainPlanner['runner']> {
    return this.planner.runner({
      ...{ side: 'provider', service: 'catalog', operation: operation() },
      last: answering('done'),
      ...more,
    });
  }

  /** Replaces the configuration; what a plan cannot live with is thrown and changes nothing. */
  configure(values: Readonly<Record<string, unknown>>): void {
    const tree = new Tree(values);
    const swap = this.planner.prepare(tree);
    this.#tree = tree;
    swap();
  }
}

export function answering(value: unknown): Next {
  return () => Promise.resolve(replyOf(value));
}

export function invocation(init: Partial<InvocationInit> = {}): Invocation {
  return new Invocation({
    ...{ operation: operation(), service: 'catalog', source: { service: 'tests', protocol: 'none', trusted: true } },
    ...init,
  });
}
