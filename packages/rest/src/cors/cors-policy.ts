import type { CorsValues } from './cors-section.js';

/** What one listener says to pages of other origins; made anew when the configuration changes. */
export class CorsPolicy {
  /** Whether any origin may read answers. */
  readonly anyOrigin: boolean;
  readonly credentials: boolean;
  /** As they stand in the header; empty for none. */
  readonly exposed: string;
  /** As it stands in the header; empty for none. */
  readonly maxAge: string;
  readonly #origins: ReadonlySet<string>;
  readonly #patterns: readonly RegExp[];
  readonly #methods: readonly string[];
  readonly #headers: ReadonlySet<string>;

  constructor(values: CorsValues) {
    const domains = values.allowedDomains.map((domain) => domain.toLowerCase());
    this.anyOrigin = domains.length === 0 || domains.includes('*') || domains.includes('.*');
    this.#origins = new Set(domains);
    this.#patterns = domains.filter((domain) => domain.includes('*.')).map(below);
    this.#methods = values.allowedMethods;
    this.#headers = new Set(values.allowedHeaders.map((name) => name.toLowerCase()));
    this.credentials = values.cookiesAllowed;
    this.exposed = values.exposeHeaders.join(', ');
    this.maxAge = values.maxAge > 0 ? String(values.maxAge) : '';
  }

  /** The policy of a listener; undefined where CORS is off. */
  static of(values: CorsValues): CorsPolicy | undefined {
    return values.enable ? new CorsPolicy(values) : undefined;
  }

  /** What `Access-Control-Allow-Origin` says to a page; undefined for one that may read nothing. `null`, which any page can be, is only ever one of any. */
  originFor(origin: string): string | undefined {
    if (this.anyOrigin) return '*';
    const lower = origin.toLowerCase();
    return this.#origins.has(lower) || this.#patterns.some((pattern) => pattern.test(lower)) ? origin : undefined;
  }

  /** The methods that a page may use at a path; undefined when the one it asks for is not among them. */
  methodsFor(wanted: string, allowedThere: readonly string[]): string | undefined {
    const methods = this.#methods.length > 0 ? this.#methods : allowedThere;
    return methods.includes(wanted) || methods.includes('*') ? methods.join(', ') : undefined;
  }

  /** The headers that a page may send, of those it asks for; undefined when one of them is not allowed. */
  headersFor(wanted: string): string | undefined {
    const names = wanted
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const refused = names.some((name) => !this.#headers.has('*') && !this.#headers.has(name.toLowerCase()));
    return refused ? undefined : names.join(', ');
  }
}

/** Matches the origins of all hosts below one: `https://*.shop.example`. */
function below(domain: string): RegExp {
  const [scheme = '', rest = ''] = domain.split('*.');
  const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  return new RegExp(`^${quoted(scheme)}[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*\\.${quoted(rest)}$`);
}
