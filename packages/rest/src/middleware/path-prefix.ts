/**
 * The path that middleware stands below. Steps are compared as the router compares them, decoded one by one, but in any case: what guards
 * `/admin` must also see what an Express application behind it takes for `/admin`.
 */
export class PathPrefix {
  readonly #steps: readonly string[];
  readonly #text: string;

  /** @param path - `/a/b`; a slash at the end counts for nothing */
  constructor(path: string) {
    this.#text = path.replace(/\/+$/, '').toLowerCase();
    this.#steps = this.#text.split('/');
  }

  /**
   * How much of a path the prefix takes, in characters: 0 for the whole site, -1 when the path does not stand below it.
   *
   * @param path - of a request, without its query
   */
  lengthIn(path: string): number {
    if (this.#steps.length === 1) return 0;
    return path.includes('%') ? this.#encodedLength(path) : this.#plainLength(path);
  }

  #plainLength(path: string): number {
    const { length } = this.#text;
    if (path.length < length || (path.length > length && path.charCodeAt(length) !== SLASH)) return -1;
    return path.slice(0, length).toLowerCase() === this.#text ? length : -1;
  }

  #encodedLength(path: string): number {
    const steps = path.split('/', this.#steps.length);
    if (steps.length < this.#steps.length) return -1;
    let length = -1;
    for (const [at, step] of steps.entries()) {
      if (decoded(step).toLowerCase() !== this.#steps[at]) return -1;
      length += step.length + 1;
    }
    return length;
  }
}

const SLASH = 47;

/** What is not encoded properly stays as it is; the router refuses it. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
