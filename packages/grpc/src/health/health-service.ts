import { ChassisError, type Clock, type Disposer, type HealthReport } from '@ts-chassis/core';
import type { Root } from 'protobufjs/light';
import { builtInMethod, typesOf } from '../server/built-in-method.js';
import type { BuiltInMethod, BuiltInService } from '../server/built-in-service.js';

/** How often readiness is looked at while somebody watches it. */
const LOOK_MS = 1000;

export const HEALTH_PACKAGE = 'grpc.health.v1';
const SERVICE = 'grpc.health.v1.Health';
const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

/** grpc/health/v1/health.proto. */
export function healthTypes(): Root {
  return typesOf(HEALTH_PACKAGE, {
    HealthCheckRequest: { fields: { service: { type: 'string', id: 1 } } },
    HealthCheckResponse: {
      fields: { status: { type: 'HealthCheckResponse.ServingStatus', id: 1 } },
      nested: { ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } } },
    },
    HealthListRequest: { fields: {} },
    HealthListResponse: { fields: { statuses: { keyType: 'string', type: 'HealthCheckResponse', id: 1 } } },
    Health: {
      methods: {
        Check: { requestType: 'HealthCheckRequest', responseType: 'HealthCheckResponse' },
        List: { requestType: 'HealthListRequest', responseType: 'HealthListResponse' },
        Watch: { requestType: 'HealthCheckRequest', responseType: 'HealthCheckResponse', responseStream: true },
      },
    },
  });
}

/** What health is told of. */
export interface HealthParts {
  readonly clock: Clock;
  readonly readiness: { checkReady(): Promise<HealthReport> };
  /** Names of the services that the listener has; the empty one stands for all of it. */
  readonly services: readonly string[];
}

/** `grpc.health.v1.Health`: whether requests are welcome, as `/readyz` has it. All services of a listener are, or none is. */
export class HealthService implements BuiltInService {
  readonly methods: readonly BuiltInMethod[];
  readonly #watches = new Set<Watch>();
  readonly #known: ReadonlySet<string>;
  #stopped = false;
  #stopLooking: Disposer | undefined;

  constructor(
    private readonly parts: HealthParts,
    types: Root = healthTypes(),
  ) {
    this.#known = new Set(['', SERVICE, ...parts.services]);
    const type = (name: string): ReturnType<Root['lookupType']> => types.lookupType(`${HEALTH_PACKAGE}.${name}`);
    const response = type('HealthCheckResponse');
    const request = type('HealthCheckRequest');
    const common = { service: SERVICE };
    this.methods = [
      builtInMethod({ ...common, method: 'Check', request, response, run: (asked) => this.#check(serviceOf(asked)) }),
      builtInMethod({
        ...{ ...common, method: 'List', request: type('HealthListRequest'), response: type('HealthListResponse') },
        run: () => this.#list(),
      }),
      builtInMethod({
        ...{ ...common, method: 'Watch', request, response, responseStream: true },
        run: (asked) => this.#watch(serviceOf(asked)),
      }),
    ];
  }

  stop(): void {
    this.#stopped = true;
    this.#stopLooking?.();
    for (const watch of this.#watches) watch.stop();
    this.#watches.clear();
  }

  async #check(service: string): Promise<object> {
    if (this.#known.has(service)) return { status: await this.#status() };
    throw ChassisError.withoutStack('NOT_FOUND', `there is no service ${JSON.stringify(service.slice(0, 200))} here`);
  }

  async #list(): Promise<object> {
    const status = await this.#status();
    return { statuses: Object.fromEntries([...this.#known].map((name) => [name, { status }])) };
  }

  async #status(): Promise<number> {
    if (this.#stopped) return NOT_SERVING;
    const { ok } = await this.parts.readiness.checkReady();
    return ok && !this.#stopped ? SERVING : NOT_SERVING;
  }

  async #watch(service: string): Promise<Watch> {
    const isKnown = this.#known.has(service);
    const watch = new Watch(isKnown ? await this.#status() : SERVICE_UNKNOWN, () => this.#watches.delete(watch));
    if (this.#stopped) watch.stop();
    else if (isKnown) this.#watches.add(watch);
    this.#look();
    return watch;
  }

  #look(): void {
    if (this.#stopLooking || this.#watches.size === 0) return;
    this.#stopLooking = this.parts.clock.after(LOOK_MS, () => {
      void this.#status().then((status) => {
        for (const watch of this.#watches) watch.tell(status);
        this.#stopLooking = undefined;
        if (!this.#stopped) this.#look();
      });
    });
  }
}

/** Says how it is, and from then on whenever that changes. */
class Watch implements AsyncIterableIterator<object> {
  #told: number | undefined;
  #isOver = false;
  #waiting: ((item: IteratorResult<object>) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  constructor(
    private status: number,
    private readonly onEnd: () => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<object>> {
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#fail = reject;
      this.#advance();
    });
  }

  return(): Promise<IteratorResult<object>> {
    this.onEnd();
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }

  tell(status: number): void {
    this.status = status;
    this.#advance();
  }

  /** The service stops: its last word, and the end. */
  stop(): void {
    this.#isOver = true;
    this.tell(this.status === SERVICE_UNKNOWN ? SERVICE_UNKNOWN : NOT_SERVING);
  }

  #advance(): void {
    const resolve = this.#waiting;
    if (!resolve) return;
    if (this.#told !== this.status) {
      this.#told = this.status;
      this.#waiting = undefined;
      resolve({ done: false, value: { status: this.status } });
    } else if (this.#isOver) {
      this.#waiting = undefined;
      this.onEnd();
      this.#fail?.(ChassisError.withoutStack('UNAVAILABLE', 'the service stops'));
    }
  }
}

function serviceOf(asked: unknown): string {
  return (asked as { readonly service: string }).service;
}
