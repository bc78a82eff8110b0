import type { TLSSocket } from 'node:tls';
import type { Clock } from '../clock/clock.js';
import type { Logger } from '../telemetry/logger.js';

/** A reason is told again after this time, with how often it was met. */
const AGAIN_MS = 60_000;

/** More reasons than there are; whoever makes up others finds no room. */
const MOST_REASONS = 64;

/** Tells of clients that did not get as far as a connection: each reason once a minute, so that scans do not fill the log. */
export class HandshakeFaults {
  readonly #told = new Map<string, { elapsedMs: number; count: number }>();

  constructor(
    private readonly listener: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  add(error: NodeJS.ErrnoException, { remoteAddress, authorizationError }: TLSSocket): void {
    // of a certificate that was refused, the error is but that the connection was closed
    const reason = String(authorizationError ?? error.code ?? error.message);
    const now = this.clock.elapsed();
    const told = this.#told.get(reason);
    if (told && now - told.elapsedMs < AGAIN_MS) {
      told.count += 1;
      return;
    }
    if (!told && this.#told.size >= MOST_REASONS) return;
    this.#told.set(reason, { elapsedMs: now, count: 0 });
    const { listener } = this;
    const since = told && told.count > 0 ? { unsaid: told.count } : {};
    this.logger.warn('TLS handshake failed', { listener, reason, remoteAddress, ...since });
  }
}
