import type { Answer } from './answer.js';
import type { Call } from './call.js';

/** Answers a request; what it throws is told as a failure. */
export type Handler = (call: Call) => Answer;

/** Method and path, where `:name` stands for any one part, and what answers. */
export type Route = readonly [method: string, path: string, handler: Handler];

/** What a path leads to. */
export interface Match {
  readonly parameters: Readonly<Record<string, string>>;
  /** None for a method that the path does not have. */
  readonly handler: Handler | undefined;
  /** The path as the route has it. */
  readonly path: string;
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: { readonly name: string; readonly node: Node };
  readonly handlers: Map<string, Handler>;
  path: string;
}

/** Finds what answers a path, part by part. */
export class Router {
  readonly #root = newNode();

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#add(route);
  }

  /** Undefined for a path that is not there. */
  match(method: string, path: string): Match | undefined {
    const parameters: Record<string, string> = {};
    let node: Node | undefined = this.#root;
    for (const part of path.split('/').slice(1)) {
      const literal: Node | undefined = node.literals.get(part);
      if (!literal && node.parameter) {
        const value = decoded(part);
        if (!value) return undefined;
        parameters[node.parameter.name] = value;
      }
      node = literal ?? node.parameter?.node;
      if (!node) return undefined;
    }
    if (node.handlers.size === 0) return undefined;
    return { parameters, handler: node.handlers.get(method), path: node.path };
  }

  #add([method, path, handler]: Route): void {
    let node = this.#root;
    for (const part of path.split('/').slice(1))
      node = part.startsWith(':') ? parameter(node, part) : literal(node, part);
    node.handlers.set(method, handler);
    node.path = path;
  }
}

function newNode(): Node {
  return { literals: new Map(), handlers: new Map(), path: '' };
}

function literal(node: Node, part: string): Node {
  const next = node.literals.get(part) ?? newNode();
  node.literals.set(part, next);
  return next;
}

function parameter(node: Node, part: string): Node {
  node.parameter ??= { name: part.slice(1), node: newNode() };
  return node.parameter.node;
}

/** Undefined for what is no percent-encoding. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
