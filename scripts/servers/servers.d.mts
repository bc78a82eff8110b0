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
