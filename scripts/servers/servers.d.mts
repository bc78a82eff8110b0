/** A server that can be had. */
export interface Installable {
  readonly name: string;
  /** What stands in the way of installing it, in one line. */
  missing(): string | undefined;
  install(): Promise<void>;
}

/** A server that runs. */
export interface Running {
  /** The end of what it wrote. */
  log(): string;
  stop(): Promise<void>;
}

export const chromium: Installable & {
  /** Where its program is, once it is installed. */
  path(): string | undefined;
};
export const zipkin: Installable & {
  start(options?: { readonly port?: number }): Promise<Running & { readonly url: string; readonly spansUrl: string }>;
};
export const jaeger: Installable & {
  start(): Promise<
    Running & {
      readonly queryUrl: string;
      readonly agent: { readonly host: string; readonly port: number };
      readonly collectorUrl: string;
    }
  >;
};
export const prometheus: Installable & {
  start(options: { readonly targets: Readonly<Record<string, string>> }): Promise<Running & { readonly url: string }>;
};

export const redis: Installable & {
  start(options?: {
    readonly port?: number;
    readonly password?: string;
  }): Promise<Running & { readonly url: string; readonly port: number }>;
};

/** What a program came to. */
export interface Ended {
  readonly code: number | string;
  readonly output: string;
  /** What it wrote to standard error. */
  readonly complaint: string;
}

/** What a side of grpc-go shows and whom it believes, as files. */
export interface PeerTrust {
  readonly certificate?: string;
  readonly key?: string;
  readonly authority?: string;
  readonly serverName?: string;
}

export const grpcPeers: Installable & {
  startInterop(trust?: PeerTrust): Promise<Running & { readonly port: number }>;
  runCase(which: string, options: PeerTrust & { readonly port: number }): Promise<Ended>;
  startChassisProvider(): Promise<Running & { readonly port: number }>;
  consumeByChassis(call: {
    readonly port: number;
    readonly name: string;
  }): Promise<{ readonly message: string } | { readonly code: string; readonly error: string }>;
  curl(...given: readonly string[]): Promise<Ended>;
};

/** A server that can fail and come back where it was. */
export interface Restartable extends Running {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Ends it at once, as a machine that fails would. */
  kill(): Promise<void>;
  /** Starts it again after `kill()`, on the same port; without its data when `data` is false (default true). */
  start(options?: { readonly data?: boolean }): Promise<void>;
}

/** What a server shows in TLS, as PEM, and whom it believes. */
export interface ServerMaterial {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
  /** Whether callers have to show a certificate of that authority; default no. */
  readonly mutual?: boolean;
}

export const serviceCenter: Installable & {
  start(options?: {
    /** Where its data stays; default a folder that goes when it stops. */
    readonly folder?: string;
    readonly port?: number;
    readonly peerPort?: number;
    /** Whether callers need a token. */
    readonly rbac?: boolean;
    readonly tls?: ServerMaterial;
    /** How long any instance lives without a heartbeat, whatever it says itself; go-chassis's come every 10 s at most. */
    readonly ttlSeconds?: number;
  }): Promise<
    Restartable & {
      /** Under RBAC: who gets a token. */
      readonly account?: { readonly name: string; readonly password: string };
      /** Under RBAC: the file of the key that checks tokens, for KIE. */
      readonly publicKeyFile?: string;
    }
  >;
};

export const kie: Installable & {
  start(options?: {
    readonly folder?: string;
    readonly port?: number;
    /** Of a service-center under RBAC, whose tokens callers then need. */
    readonly publicKeyFile?: string;
    readonly tls?: ServerMaterial;
  }): Promise<
    Restartable & {
      /** Makes a key have a value for those who ask with exactly these labels; without RBAC and TLS. */
      set(key: string, value: string, labels?: Readonly<Record<string, string>>): Promise<void>;
      /** Takes that value away again. */
      remove(key: string, labels?: Readonly<Record<string, string>>): Promise<void>;
    }
  >;
};

/** What go-chassis's consumer is told to call, and how often; by default once. */
export interface ChassisCall {
  readonly service: string;
  /** Default `rest`. */
  readonly protocol?: 'rest' | 'grpc';
  /** Of REST; default `GET`. */
  readonly method?: string;
  /** Of REST, with its query. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of REST: a string is sent as it is, all else as JSON. Of gRPC: `{ name }`. */
  readonly body?: unknown;
  /** Of gRPC; default `helloworld.Greeter` and `SayHello`, whose messages it sends and takes whatever the names. */
  readonly schema?: string;
  readonly operation?: string;
  /** The context of the call, which go-chassis sends as headers or metadata. */
  readonly context?: Readonly<Record<string, string>>;
  /** Of the balancer, as go-chassis names them: `RoundRobin`, `Random`, `SessionStickiness`. */
  readonly strategy?: string;
  /** What the instance must be, as a router would choose. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly times?: number;
  /** Calls for as long instead. */
  readonly forMs?: number;
  readonly concurrency?: number;
  /** How long each of those that run at once waits after a call. */
  readonly everyMs?: number;
}

/** What became of one call of go-chassis's consumer, in the order in which they ended. */
export interface ChassisOutcome {
  /** Of REST, 0 when no answer came; of gRPC, the code. */
  readonly status: number;
  /** Of REST, names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly error?: string;
  /** When it began, since the first call began. */
  readonly atMs: number;
  readonly ms: number;
}

/** A service of go-chassis that runs; its routes are in test/interop/peers/servicecomb/chassis. */
export interface ChassisPeer extends Running {
  /** Of REST. */
  readonly url: string;
  readonly port: number;
  readonly grpcPort: number;
  self(): Promise<{
    readonly service: string;
    readonly version: string;
    readonly app: string;
    readonly serviceId: string;
    readonly instanceId: string;
    readonly properties: Readonly<Record<string, string>> | null;
    readonly endpoints: Readonly<Record<string, string>>;
  }>;
  call(what: ChassisCall): Promise<readonly ChassisOutcome[]>;
  /** How often each operation was called, past the handlers before `note-caller`: of REST by the function's name. */
  received(): Promise<Readonly<Record<string, number>>>;
  /** The value of a key as go-chassis has it now; null without one. */
  config(key: string): Promise<unknown>;
  /** The instances of another service as go-chassis has them now. */
  instances(service: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends it without a word to the registry. */
  kill(): Promise<void>;
}

export const chassisPeers: Installable & {
  start(
    role: 'provider' | 'consumer' | 'chain',
    options: {
      /** The address of the registry. */
      readonly registry: string;
      /** Default `GoProvider`, `GoConsumer` or `GoChain`. */
      readonly name?: string;
      /** Default 1.0.0. */
      readonly version?: string;
      /** Default `interop`. */
      readonly app?: string;
      readonly environment?: string;
      readonly instanceProperties?: Readonly<Record<string, string>>;
      /** Default REST alone. */
      readonly protocols?: readonly ('rest' | 'grpc')[];
      readonly port?: number;
      readonly grpcPort?: number;
      /** The address of a KIE. */
      readonly kie?: string;
      /** Default `router,loadbalance,transport`. */
      readonly consumerChain?: string;
      /** Default `note-caller`. */
      readonly providerChain?: string;
      /** More of chassis.yaml, at any depth, which wins: `{ servicecomb: {...}, cse: {...} }`. */
      readonly config?: Readonly<Record<string, unknown>>;
      /** More files of its folder: text, or what is written as YAML. */
      readonly files?: Readonly<Record<string, unknown>>;
      /** Default true: waits until it has registered. */
      readonly registered?: boolean;
    },
  ): Promise<ChassisPeer>;
};

/** A way between two programs that is cut and slowed. */
export interface Proxy {
  /** Where it listens. */
  readonly port: number;
  /** Ends every connection; new ones are refused. */
  cut(): Promise<void>;
  /** What comes back comes so much later. */
  slow(ms: number): Promise<void>;
  /** Nothing comes back any more, while connections stay and new ones are accepted. */
  hang(): Promise<void>;
  /** What comes back comes at so many kilobytes a second. */
  narrow(kilobytes: number): Promise<void>;
  /** A connection ends after so many bytes came back. */
  breakAfter(bytes: number): Promise<void>;
  /** All is well again. */
  heal(): Promise<void>;
  delete(): Promise<void>;
}

export const toxiproxy: Installable & {
  start(): Promise<
    Running & {
      readonly url: string;
      /** @param options - `upstream`: a port of the loopback, or `host:port` */
      proxy(options: { readonly listen?: number; readonly upstream: number | string }): Promise<Proxy>;
    }
  >;
};

/** `promtool check metrics`. */
export function checkMetrics(page: string): Promise<{ readonly code: number | null; readonly output: string }>;

/** What stands in the way of having them, a line each; an Error with `REQUIRE_SERVERS=1`. */
export function lacking(...servers: Installable[]): readonly string[];

/** Installs them; false, having told why, when something stands in the way. */
export function ready(...servers: Installable[]): Promise<boolean>;

export function freePort(): Promise<number>;

/** Looks until something that is not undefined is found. */
export function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  options?: { readonly withinMs?: number; readonly everyMs?: number },
): Promise<T>;

/** A service of the shop that runs. */
export interface ShopService extends Running {
  readonly name: string;
  readonly address: string;
  readonly url: string;
}

/** Both services of the built shop. */
export function startShop(options?: {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<{ readonly catalog: ShopService; readonly orders: ShopService; stop(): Promise<void> }>;

/** What became of a call of Java chassis. */
export interface JavaOutcome {
  /** 0 when there was none. */
  readonly status: number;
  readonly body?: unknown;
  readonly error?: string;
}

export const javaChassis: Installable & {
  start(options: {
    /** The address of a service-center. */
    readonly registry: string;
    /** Its name, in application `interop`. */
    readonly service: string;
  }): Promise<
    Running & {
      /** Of its REST listener. */
      readonly port: number;
      /** Calls by an address of Java chassis, `servicecomb://service/path`, as its RestTemplate does. */
      call(order: {
        readonly url: string;
        readonly method?: string;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: unknown;
      }): Promise<JavaOutcome>;
      /** Calls `find` through an interface of Java. */
      typed(order: {
        readonly service: string;
        readonly schema: string;
        readonly isbn: string;
        readonly copies: number;
      }): Promise<JavaOutcome>;
    }
  >;
};
