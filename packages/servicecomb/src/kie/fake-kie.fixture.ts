import { systemClock, type Clock, type Disposer } from '@ts-chassis/core';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface FakeValue {
  readonly key: string;
  readonly value: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly status?: string;
}

interface Stored {
  readonly id: string;
  readonly key: string;
  readonly value: string;
  readonly value_type: string | undefined;
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly create_revision: number;
  readonly update_revision: number;
}

interface Poll {
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  readonly forget: Disposer;
}

/** One question as it came. */
export interface FakeQuestion {
  readonly url: string;
  readonly labels: readonly string[];
  readonly revision: string | null;
  readonly wait: string | null;
  readonly headers: IncomingMessage['headers'];
}

export interface FakeKieOptions {
  /** Ends long polls; default the system's. */
  readonly clock?: Clock;
  readonly port?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** KIE's question for values, with one revision for all, long polls, pages, and faults on request. */
export class FakeKie {
  readonly questions: FakeQuestion[] = [];
  /** Answers instead of the store; undefined leaves it to that. */
  instead: ((question: FakeQuestion, response: ServerResponse) => boolean) | undefined;
  /** Values of one answer, where nobody says how many. */
  pageSize = Infinity;
  revision = 0;
  /** What lists show; an earlier state for a cache that lags behind. */
  shown: ReadonlyMap<string, Stored> | undefined;
  #stored = new Map<string, Stored>();
  readonly #polls = new Set<Poll>();
  #waiting: { readonly isDue: () => boolean; readonly go: () => void }[] = [];
  #ids = 0;

  private constructor(
    private readonly server: Server,
    private readonly clock: Clock,
    readonly url: string,
  ) {}

  static async start({ clock = systemClock, port = 0, tls }: FakeKieOptions = {}): Promise<FakeKie> {
    const made: { kie?: FakeKie } = {};
    const listen = (request: IncomingMessage, response: ServerResponse): void => made.kie!.#take(request, response);
    const server = tls ? createSecureServer(tls, listen) : createServer(listen);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const at = (server.address() as AddressInfo).port;
    made.kie = new FakeKie(server, clock, `${tls ? 'https' : 'http'}://127.0.0.1:${at}`);
    return made.kie;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get stored(): ReadonlyMap<string, Stored> {
    return new Map(this.#stored);
  }

  /** Creates or replaces. */
  put({ key, value, labels = {}, type, status = 'enabled' }: FakeValue): void {
    this.revision += 1;
    const at = `${key} ${labelsOf(labels)}`;
    const before = this.#stored.get(at);
    this.#stored.set(at, {
      ...{ key, value, labels, status, value_type: type },
      id: before?.id ?? String((this.#ids += 1)),
      create_revision: before?.create_revision ?? this.revision,
      update_revision: this.revision,
    });
    this.#happened(labels);
  }

  delete(key: string, labels: Readonly<Record<string, string>>): void {
    this.revision += 1;
    this.#stored.delete(`${key} ${labelsOf(labels)}`);
    this.#happened(labels);
  }

  /** Forgets everything, as after a restart without its data. */
  lose(): void {
    this.#stored.clear();
    this.revision = 0;
  }

  /** Resolves once so many long polls wait. */
  async polls(count: number): Promise<void> {
    await this.#until(() => this.#polls.size >= count);
  }

  /** Resolves once so many questions have come. */
  async asked(count: number): Promise<void> {
    await this.#until(() => this.questions.length >= count);
  }

  /** Ends all connections, and takes no more. */
  async stop(): Promise<void> {
    for (const { forget } of this.#polls) forget();
    this.#polls.clear();
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise<void>((done) => void this.server.close(() => done()));
  }

  #until(isDue: () => boolean): Promise<void> {
    if (isDue()) return Promise.resolve();
    return new Promise((go) => this.#waiting.push({ isDue, go }));
  }

  #look(): void {
    const due = this.#waiting.filter(({ isDue }) => isDue());
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { go } of due) go();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams: query } = new URL(request.url!, this.url);
    if (pathname === '/v1/health') return this.#json(response, { revision: String(this.revision) });
    const question = {
      url: request.url!,
      labels: query.getAll('label'),
      revision: query.get('revision'),
      wait: query.get('wait'),
      headers: request.headers,
    };
    this.questions.push(question);
    if (!this.instead?.(question, response)) this.#answer(pathname, query, response);
    this.#look();
  }

  #answer(pathname: string, query: URLSearchParams, response: ServerResponse): void {
    if (pathname !== '/v1/default/kie/kv' || query.get('match') !== 'exact') {
      return this.#json(response, { errorCode: '400001', errorMessage: 'invalid', detail: pathname }, 400);
    }
    if (query.getAll('label').some((label) => label.split(':').length !== 2)) {
      return this.#json(response, { errorCode: '400001', errorMessage: 'invalid', detail: 'labels' }, 400);
    }
    if (query.get('revision') !== String(this.revision)) return this.#list(query, response);
    const wait = /^(\d+)ms$/.exec(query.get('wait') ?? '')?.[1];
    if (wait === undefined) return void response.writeHead(304).end();
    const poll = { query, response, forget: () => forget() };
    const forget = this.clock.after(Number(wait), () => {
      this.#polls.delete(poll);
      response.writeHead(304).end();
    });
    this.#polls.add(poll);
    response.on('close', () => {
      forget();
      this.#polls.delete(poll);
    });
  }

  #happened(labels: Readonly<Record<string, string>>): void {
    for (const poll of this.#polls) {
      if (asked(poll.query) !== labelsOf(labels)) continue;
      poll.forget();
      this.#polls.delete(poll);
      this.#list(poll.query, poll.response);
    }
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const all = [...(this.shown ?? this.#stored).values()].filter(({ labels }) => labelsOf(labels) === asked(query));
    const offset = Number(query.get('offset') ?? 0);
    const limit = Math.min(Number(query.get('limit') ?? Infinity), this.pageSize);
    response.setHeader('X-Kie-Revision', String(this.revision));
    this.#json(response, { total: all.length, data: all.slice(offset, offset + limit) });
  }

  #json(response: ServerResponse, body: unknown, status = 200): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body, null, 1));
  }
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}:${value}`)
    .sort()
    .join(' ');
}

function asked(query: URLSearchParams): string {
  return query.getAll('label').sort().join(' ');
}
