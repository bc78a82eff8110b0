import { LinearPattern, parsePath, type PathSegment } from '@ts-chassis/core';
import { restError } from '../codes.js';

/** A route that was found, and the texts of its parameters in the order of its path, decoded. */
export interface Match<T> {
  readonly route: T;
  readonly params: readonly string[];
}

const NO_PARAMS: readonly string[] = [];

/**
 * Finds routes by method and path. A step of text beats one with a regular expression, that a plain parameter, that a wildcard; when the
 * better one leads nowhere the next is tried. Each step of the tree is looked at once at most, so a search is linear in the path.
 *
 * - Paths are split before they are decoded: an encoded slash stays inside its step.
 * - One slash at the end is ignored, except by a wildcard.
 * - A parameter is never empty; a wildcard takes the rest of the path, at least one character.
 * - `HEAD` finds a `GET` route when it has none of its own.
 */
export class Router<T> {
  readonly #root = new RouteNode<T>();
  /** Routes without parameters, by their whole path. */
  readonly #fixed = new Map<string, Map<string, T>>();

  /**
   * @param nameOf - what a route is called when another one would stand in its place
   * @param join - puts two routes of one place together, where something else tells them apart; undefined when nothing does
   */
  constructor(
    private readonly nameOf: (route: T) => string = String,
    private readonly join: (one: T, other: T) => T | undefined = () => undefined,
  ) {}

  /**
   * Adds a route.
   *
   * @throws ChassisError `ROUTE_INVALID` when the route is there already or its pattern is not matched in linear time; `SCHEMA_INVALID` for
   * a path outside the grammar
   */
  add(method: string, path: string, route: T): void {
    const { segments } = parsePath(path);
    let node = this.#root;
    for (const segment of segments) node = node.child(segment, path);
    const other = node.routes.get(method);
    const settled = other === undefined ? route : this.join(other, route);
    if (settled === undefined)
      throw restError('ROUTE_INVALID', `${method} ${path} is routed twice, also to ${this.nameOf(other!)}`);
    node.routes.set(method, settled);
    const texts = segments.flatMap((segment) => (segment.kind === 'static' ? [segment.text] : []));
    if (texts.length === segments.length) this.#fixed.set(`/${texts.join('/')}`, node.routes);
  }

  /** @throws ChassisError `URL_MALFORMED` when the path is not valid percent-encoded UTF-8 */
  find(method: string, path: string): Match<T> | undefined {
    const fixed = this.#fixed.get(path);
    if (fixed) {
      const route = choose(fixed, method);
      if (route !== undefined) return { route, params: NO_PARAMS };
    }
    const steps = splitPath(path);
    const params: string[] = [];
    const route = this.#root.find({ method, steps, params }, 1);
    return route === undefined ? undefined : { route, params };
  }

  /** The methods that some route knows the path for; empty when none does. */
  allowed(path: string): readonly string[] {
    const methods = new Set<string>();
    this.#root.collect({ steps: splitPath(path), methods }, 1);
    if (methods.size === 0) return [];
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods.add('OPTIONS')].sort();
  }

  /** Every method that some route has. */
  get methods(): readonly string[] {
    const methods = new Set<string>(['OPTIONS']);
    this.#root.each((routes) => {
      for (const method of routes.keys()) methods.add(method);
    });
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].sort();
  }
}

interface Search {
  readonly method: string;
  readonly steps: readonly string[];
  readonly params: string[];
}

class RouteNode<T> {
  readonly routes = new Map<string, T>();
  readonly #texts = new Map<string, RouteNode<T>>();
  readonly #patterned: { readonly pattern: LinearPattern; readonly node: RouteNode<T> }[] = [];
  #plain: RouteNode<T> | undefined;
  #rest: RouteNode<T> | undefined;

  child(segment: PathSegment, path: string): RouteNode<T> {
    if (segment.kind === 'wildcard') return (this.#rest ??= new RouteNode());
    if (segment.kind === 'static') {
      let node = this.#texts.get(segment.text);
      if (!node) this.#texts.set(segment.text, (node = new RouteNode()));
      return node;
    }
    if (segment.pattern === undefined) return (this.#plain ??= new RouteNode());
    return this.#patternedChild(segment.pattern, path);
  }

  #patternedChild(source: string, path: string): RouteNode<T> {
    const known = this.#patterned.find(({ pattern }) => pattern.source === source);
    if (known) return known.node;
    try {
      const entry = { pattern: new LinearPattern(source), node: new RouteNode<T>() };
      this.#patterned.push(entry);
      return entry.node;
    } catch (error) {
      throw restError('ROUTE_INVALID', `route ${JSON.stringify(path)}: ${(error as Error).message}`);
    }
  }

  find(search: Search, at: number): T | undefined {
    const { steps, params } = search;
    if (at === steps.length) return choose(this.routes, search.method);
    const step = steps[at]!;
    const text = this.#texts.get(step);
    if (text) {
      const route = text.find(search, at + 1);
      if (route !== undefined) return route;
    }
    if (step !== '') {
      const length = params.length;
      for (const { pattern, node } of this.#patterned) {
        if (!pattern.matches(step)) continue;
        params.push(step);
        const route = node.find(search, at + 1);
        if (route !== undefined) return route;
        params.length = length;
      }
      if (this.#plain) {
        params.push(step);
        const route = this.#plain.find(search, at + 1);
        if (route !== undefined) return route;
        params.length = length;
      }
    }
    // One slash at the end leaves an empty last step.
    else if (at === steps.length - 1) return choose(this.routes, search.method);
    return this.#rest && this.#restOf(search, at);
  }

  #restOf(search: Search, at: number): T | undefined {
    const route = choose(this.#rest!.routes, search.method);
    if (route !== undefined) search.params.push(search.steps.slice(at).join('/'));
    return route;
  }

  collect(search: { readonly steps: readonly string[]; readonly methods: Set<string> }, at: number): void {
    const { steps, methods } = search;
    const step = steps[at];
    if (at >= steps.length || (step === '' && at === steps.length - 1)) {
      for (const method of this.routes.keys()) methods.add(method);
      return;
    }
    this.#texts.get(step!)?.collect(search, at + 1);
    if (step !== '') {
      for (const { pattern, node } of this.#patterned) if (pattern.matches(step!)) node.collect(search, at + 1);
      this.#plain?.collect(search, at + 1);
    }
    for (const method of this.#rest?.routes.keys() ?? []) methods.add(method);
  }

  each(visit: (routes: ReadonlyMap<string, T>) => void): void {
    visit(this.routes);
    const children = [...this.#texts.values(), ...this.#patterned.map(({ node }) => node), this.#plain, this.#rest];
    for (const child of children) child?.each(visit);
  }
}

function choose<T>(routes: ReadonlyMap<string, T>, method: string): T | undefined {
  return routes.get(method) ?? (method === 'HEAD' ? routes.get('GET') : undefined);
}

function splitPath(path: string): readonly string[] {
  const steps = path.split('/');
  return path.includes('%') ? steps.map(decodeStep) : steps;
}

function decodeStep(step: string): string {
  if (!step.includes('%')) return step;
  try {
    return decodeURIComponent(step);
  } catch {
    throw restError(
      'URL_MALFORMED',
      `${JSON.stringify(step.slice(0, 40))} in the path is not valid percent-encoded UTF-8`,
    );
  }
}
