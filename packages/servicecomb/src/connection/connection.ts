/** What is asked of a control plane. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the root, escaped: `/v4/default/registry/microservices`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default that of the connection. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Bytes beyond which an answer is refused; default that of the connection. */
  readonly maxBytes?: number;
  /** Whether the answer is a secret, or may repeat one: then no message quotes it. */
  readonly isSecret?: boolean;
}

/** What was answered, whatever its status below 500, but for 429: who asks knows what a refusal means. */
export interface Answer {
  readonly status: number;
  /** Names in small letters; of repeated ones the first. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON; undefined for none. */
  readonly body: unknown;
  /** Which address answered. */
  readonly address: string;
}

/** Callbacks of a {@link Socket}; none after `closed`. */
export interface SocketListener {
  opened?(): void;
  message?(text: string): void;
  ping?(): void;
  /** Called once, also when it never opened. */
  closed(end: SocketEnd): void;
}

/** How a socket ended. */
export interface SocketEnd {
  /** Close code of the protocol; 1006 when the connection broke. */
  readonly code: number;
  readonly reason: string;
  /** The HTTP status of a handshake that was refused. */
  readonly status?: number;
  readonly error?: Error;
}

/** A websocket of a control plane. */
export interface Socket {
  close(): void;
}

/**
 * Requests to the several addresses of one control plane: health-checked, those of the own zone first, with TLS, the account's token,
 * limits of time and size.
 */
export interface Connection {
  /**
   * Asks one address after another until one answers.
   *
   * @throws ChassisError `REGISTRY_UNAVAILABLE` (with `retryAfterMs`) when none answers, or the answers are 5xx or 429;
   * `REGISTRY_ANSWER_INVALID` (with `retryAfterMs`) when they are no JSON;
   * `REGISTRY_UNAUTHORIZED` when the account is refused even with a fresh token
   */
  request(request: Request): Promise<Answer>;
  /** Opens a websocket at a healthy address; failures come to `closed`. */
  open(request: Pick<Request, 'path' | 'query' | 'headers'>, listener: SocketListener): Socket;
  close(): Promise<void>;
}
