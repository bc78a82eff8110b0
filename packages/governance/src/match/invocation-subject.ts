import {
  parsePath,
  protocolOf,
  TargetListener,
  type Invocation,
  type Operation,
  type Parameter,
} from '@ts-chassis/core';
import type { MatchSubject } from './match-subject.js';

/** What governance reads of Node's request, without knowing the transport. */
interface RawRequest {
  readonly request?: { readonly method?: string; readonly url?: string; readonly originalUrl?: string };
}

/** A request as it goes out, which `RestClient.fetch` hands over as the only argument. */
interface FetchedRequest {
  readonly method?: unknown;
  readonly path?: unknown;
}

/**
 * What rules see of the invocations of one operation. One object serves them all, one after another: rules are tried without waiting for anything.
 */
export class InvocationSubject implements MatchSubject {
  #invocation!: Invocation;
  #target: string | undefined;
  #path: string | undefined;
  #params: URLSearchParams | undefined;
  readonly #rpcPath: string;
  readonly #request: RequestShape | undefined;

  /** @param side - on the consumer's, what the arguments put into the request counts as part of it */
  constructor(
    private readonly operation: Operation,
    private readonly side: 'provider' | 'consumer',
  ) {
    this.#rpcPath = `/${operation.schema.id}/${operation.name}`;
    this.#request = side === 'consumer' ? new RequestShape(operation) : undefined;
  }

  /** Turns to another invocation. */
  of(invocation: Invocation): this {
    this.#invocation = invocation;
    this.#target = undefined;
    this.#path = undefined;
    this.#params = undefined;
    this.assumedMark = undefined;
    return this;
  }

  get method(): string {
    const raw = this.side === 'provider' ? (this.#raw?.method ?? '') : this.#fetched?.method;
    return (typeof raw === 'string' && raw) || (this.operation.http?.method ?? '');
  }

  get path(): string {
    return (this.#path ??= pathOf(this.target));
  }

  get rawQuery(): string {
    const { target } = this;
    const begin = target.indexOf('?');
    return begin < 0 ? '' : target.slice(begin + 1);
  }

  get caller(): string {
    const { source } = this.#invocation;
    return source.trusted || this.side === 'consumer' ? source.service : '';
  }

  get outerCaller(): string {
    const { parent } = this.#invocation;
    return this.side === 'consumer' && parent?.source.trusted ? parent.source.service : this.caller;
  }

  /** For a call that no marker saw: the mark it would have got. */
  assumedMark: string | undefined;

  get mark(): string | undefined {
    return this.#invocation.mark ?? this.assumedMark;
  }

  /**
   * On the consumer side also what arguments will say, then the propagated context, then the headers of the request that the call is made for: a rule on the
   * outermost caller's header holds for all calls on the way, as in go-chassis.
   */
  header(name: string): string | undefined {
    const { headers, context, parent } = this.#invocation;
    const own = headers.get(name);
    if (own !== undefined || this.side === 'provider') return own;
    return (
      this.#request!.argument('header', name, this.#invocation.args) ?? context.get(name) ?? parent?.headers.get(name)
    );
  }

  query(name: string): string | undefined {
    return (this.#params ??= new URLSearchParams(this.rawQuery)).get(name) ?? undefined;
  }

  /** An entry of the propagated context. */
  context(name: string): string | undefined {
    return this.#invocation.context.get(name);
  }

  /** A cookie, by the same ways as a header. */
  cookie(name: string): string | undefined {
    const given = this.#request?.argument('cookie', name, this.#invocation.args);
    if (given !== undefined) return given;
    for (const pair of (this.header('cookie') ?? '').split(';')) {
      const equals = pair.indexOf('=');
      if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
    }
    return undefined;
  }

  /** Path and query, made when first asked for. */
  private get target(): string {
    return (this.#target ??= this.side === 'provider' ? this.#received() : this.#sent());
  }

  get #raw(): RawRequest['request'] {
    return (this.#invocation.source.raw as RawRequest | undefined)?.request;
  }

  get #fetched(): FetchedRequest | undefined {
    return this.operation.schema.id === 'fetch' ? (this.#invocation.args[0] as FetchedRequest | undefined) : undefined;
  }

  #received(): string {
    const raw = this.#raw;
    const url = raw?.originalUrl ?? raw?.url;
    if (typeof url !== 'string') return this.#rpcPath;
    if (url.startsWith('/')) return url;
    // in absolute form, as proxies send it
    const slash = url.indexOf('/', url.indexOf('://') + 3);
    return url.includes('://') && slash >= 0 ? url.slice(slash) : '/';
  }

  #sent(): string {
    if (protocolOf(this.#invocation.get(TargetListener) ?? '') !== 'rest') return this.#rpcPath;
    const fetched = this.#fetched?.path;
    if (typeof fetched === 'string') return fetched;
    return this.#request!.target(this.#invocation.args) ?? this.#rpcPath;
  }
}

/** Which arguments of an operation stand where in its requests. */
class RequestShape {
  readonly #path: readonly Parameter[];
  readonly #query: readonly Parameter[];
  readonly #others: ReadonlyMap<string, number>;

  constructor(private readonly operation: Operation) {
    const { parameters } = operation;
    this.#path = parameters.filter(({ place }) => place === 'path');
    this.#query = parameters.filter(({ place }) => place === 'query');
    this.#others = new Map(
      parameters.flatMap(({ place, name, index }) =>
        place === 'header'
          ? [[`header ${name.toLowerCase()}`, index]]
          : place === 'cookie'
            ? [[`cookie ${name}`, index]]
            : [],
      ),
    );
  }

  argument(place: 'header' | 'cookie', name: string, args: readonly unknown[]): string | undefined {
    if (this.#others.size === 0) return undefined;
    const index = this.#others.get(`${place} ${name}`);
    return index === undefined ? undefined : textOf(args[index]);
  }

  target(args: readonly unknown[]): string | undefined {
    const { http } = this.operation;
    if (!http) return undefined;
    const values: Record<string, unknown> = {};
    for (const { name, index } of this.#path) values[name] = textOf(args[index]);
    const query = new URLSearchParams();
    for (const { name, index } of this.#query) {
      const value = args[index];
      for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
        const text = textOf(one);
        if (text !== undefined) query.append(name, text);
      }
    }
    const path = parsePath(http.path).expand(values);
    return query.size === 0 ? path : `${path}?${query.toString()}`;
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean | bigint);
}

function pathOf(target: string): string {
  const end = target.indexOf('?');
  const path = end < 0 ? target : target.slice(0, end);
  return path.includes('%') ? decoded(path) : path;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
