import type { Clock, Disposer } from '../clock/clock.js';
import type { Logger } from '../telemetry/logger.js';
import type { Instrument, Meter } from '../telemetry/meter.js';
import type { Certificates } from './read-certificates.js';
import type { Material } from './read-material.js';

const DAY_MS = 86_400_000;

/** How long before its end a certificate is warned of, the longest first; at zero it is an error. */
const WARNINGS_MS = [30 * DAY_MS, 7 * DAY_MS, DAY_MS, 0];

interface Ending {
  readonly path: string;
  readonly validTo: number;
  /** The last of the warnings that was given. */
  said: number;
  stop: Disposer;
}

/** What tells of certificates that end. */
export interface CertificateExpiryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
}

/** Shows when the certificates in use end, by the key that names them: as a gauge, and in the log when the end comes near. */
export class CertificateExpiry {
  readonly #options: CertificateExpiryOptions;
  readonly #endings = new Map<string, Ending>();
  #gauge: Instrument | undefined;

  constructor(options: CertificateExpiryOptions) {
    this.#options = options;
  }

  /** Takes what is in use now in the place of what was, key by key. */
  watch({ pairs, authorities = [] }: Material): void {
    // a chain ends with the first of its links, trust with the last of its authorities
    for (const { certificates } of pairs) this.#end(certificates, Math.min(...endsOf(certificates)));
    if (authorities.length > 0) this.#end(authorities[0]!, Math.max(...authorities.flatMap(endsOf)));
  }

  close(): void {
    for (const { stop } of this.#endings.values()) stop();
    this.#endings.clear();
  }

  #end({ file: { key, path } }: Certificates, validTo: number): void {
    const at = `${key}\n${path}`;
    const known = this.#endings.get(at);
    if (known?.validTo === validTo) return;
    known?.stop();
    const ending: Ending = { path, validTo, said: Infinity, stop: () => {} };
    this.#endings.set(at, ending);
    this.#gauge ??= this.#options.meter.gauge({
      name: 'chassis_tls_certificate_expiry_timestamp_seconds',
      help: 'When the certificates of a file in use end, in seconds since 1970, by the configuration key that names it.',
      labels: ['key', 'file'],
    });
    this.#gauge.bind({ key, file: path }).record(validTo / 1000);
    this.#check(key, ending);
  }

  #check(key: string, ending: Ending): void {
    const { clock } = this.#options;
    const leftMs = ending.validTo - clock.now();
    const reached = WARNINGS_MS.filter((ms) => leftMs <= ms).at(-1);
    if (reached !== undefined && reached < ending.said) {
      ending.said = reached;
      this.#say(key, ending, leftMs);
    }
    const next = WARNINGS_MS.find((ms) => ms < leftMs);
    // looked at daily: the clock on the wall may be set
    if (next !== undefined) ending.stop = clock.after(Math.min(leftMs - next, DAY_MS), () => this.#check(key, ending));
  }

  #say(key: string, { path, validTo }: Ending, leftMs: number): void {
    const { logger } = this.#options;
    const fields = { key, file: path, validTo: new Date(validTo).toISOString() };
    if (leftMs <= 0) logger.error('a certificate has expired: others refuse it', fields);
    else logger.warn('a certificate expires soon', { ...fields, days: Math.floor(leftMs / DAY_MS) });
  }
}

function endsOf({ parsed }: Certificates): readonly number[] {
  return parsed.map(({ validTo }) => Date.parse(validTo));
}
