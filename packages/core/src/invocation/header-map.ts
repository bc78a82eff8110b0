/** As Node hands headers over: names in lower case. */
type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Headers (metadata in RPC protocols): names are case-insensitive, and a map never changes.
 *
 * @example
 * ```ts
 * const headers = HeaderMap.of({ accept: 'text/plain' }).with('X-Mark', 'gold');
 * headers.get('x-mark'); // 'gold'
 * ```
 */
export class HeaderMap {
  /** The map without headers. */
  static readonly empty = new HeaderMap({});

  #source: HeaderRecord | (() => HeaderRecord);

  private constructor(source: HeaderRecord | (() => HeaderRecord)) {
    this.#source = source;
  }

  /** Wraps a record without copying; its names must be in lower case and it must not change any more. */
  static of(record: HeaderRecord): HeaderMap {
    return new HeaderMap(record);
  }

  /** A map whose record, as for `of`, is made when something is first read from it. */
  static lazy(read: () => HeaderRecord): HeaderMap {
    return new HeaderMap(read);
  }

  /** The value, several joined by a comma and a space as RFC 9110 5.3 allows; undefined when absent. */
  get(name: string): string | undefined {
    const value = this.#own(name);
    return typeof value === 'string' || value === undefined ? value : value.join(', ');
  }

  /** Every value of a header that may stand more than once. */
  all(name: string): readonly string[] {
    const value = this.#own(name);
    if (value === undefined) return [];
    return typeof value === 'string' ? [value] : value;
  }

  has(name: string): boolean {
    return this.#own(name) !== undefined;
  }

  /** A map with the header set, other values of it replaced. */
  with(name: string, value: string | readonly string[]): HeaderMap {
    return new HeaderMap({ ...this.record, [name.toLowerCase()]: value });
  }

  /** A map with all headers of a record set, as for `of`; other values of them are replaced. */
  withAll(record: HeaderRecord): HeaderMap {
    return new HeaderMap(this === HeaderMap.empty ? record : { ...this.record, ...record });
  }

  /** A map without the header. */
  without(name: string): HeaderMap {
    const key = name.toLowerCase();
    return new HeaderMap(Object.fromEntries(Object.entries(this.record).filter(([other]) => other !== key)));
  }

  /** The record behind the map; not to be changed. */
  get record(): HeaderRecord {
    return (typeof this.#source === 'function' ? (this.#source = this.#source()) : this.#source) as HeaderRecord;
  }

  #own(name: string): string | readonly string[] | undefined {
    const key = name.toLowerCase();
    const { record } = this;
    return Object.hasOwn(record, key) ? record[key] : undefined;
  }
}
