import { printable } from '../connection/printable.js';
import type { Answer, Connection } from '../connection/connection.js';
import { serviceCombError } from '../codes.js';
import { isRecord, textOf } from '../wire/read-json.js';
import type { Dimension } from './dimension.js';
import { readList, type KieList, type KieValue } from './read-list.js';

/** The project that go-chassis asks in, whatever else is configured. */
const PATH = '/v1/default/kie/kv';

/** No revision of a server: it answers at once. */
export const NO_REVISION = '-1';

/** A long poll is answered when its time is over; the answer has to travel. */
const GRACE_MS = 10_000;

/** Pages that change while they are read are read again so often. */
const TRIES = 3;
const PAGE = 100;

/** How a question is put. */
export interface KieAsking {
  /** That is known already; the answer is `same` while it is the present one. */
  readonly revision: string;
  /** How long the server may wait for a change, in milliseconds; absent: it answers at once. */
  readonly waitMs?: number;
  readonly signal: AbortSignal;
}

/** What KIE says of a dimension. */
export type KieAnswer =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'list';
      readonly revision: string;
      readonly values: readonly KieValue[];
      /** Keys of records that could not be read. */
      readonly unread: readonly string[];
    };

/** Asks KIE for values, its answers checked. */
export class KieClient {
  constructor(private readonly connection: Pick<Connection, 'request'>) {}

  /**
   * The values whose labels are exactly those of the dimension, disabled ones too.
   *
   * @throws what `Connection.request` throws; `REGISTRY_REFUSED` for what KIE refuses, `REGISTRY_ANSWER_INVALID` for what is no list
   */
  async list(dimension: Dimension, asking: KieAsking): Promise<KieAnswer> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#ask(dimension, asking, 0);
      if (answer.status === 304) return { kind: 'same' };
      if (isMissing(answer)) return { kind: 'list', revision: NO_REVISION, values: [], unread: [] };
      const revision = revisionOf(answer, dimension);
      const list = listOf(answer, dimension);
      const rest = list.total > list.length ? await this.#rest(dimension, { asking, revision, first: list }) : [];
      if (rest) return merged(revision, [list, ...rest], dimension);
      if (tries === TRIES) throw changing(answer, dimension);
    }
  }

  /** The further pages; undefined when what they list has changed meanwhile. */
  async #rest(
    dimension: Dimension,
    { asking, revision, first }: { asking: KieAsking; revision: string; first: KieList },
  ): Promise<readonly KieList[] | undefined> {
    const pages: KieList[] = [];
    for (let offset = first.length; offset < first.total;) {
      const answer = await this.#ask(dimension, { revision: NO_REVISION, signal: asking.signal }, offset);
      const list = listOf(answer, dimension);
      if (revisionOf(answer, dimension) !== revision || list.length === 0) return undefined;
      pages.push(list);
      offset += list.length;
    }
    return pages;
  }

  async #ask({ labels, name }: Dimension, asking: KieAsking, offset: number): Promise<Answer> {
    const { revision, waitMs, signal } = asking;
    const answer = await this.connection.request({
      method: 'GET',
      path: PATH,
      query: {
        label: [...labels].map(([label, value]) => `${label}:${value}`),
        match: 'exact',
        revision,
        wait: waitMs === undefined ? undefined : `${Math.round(waitMs)}ms`,
        ...(offset > 0 && { offset: String(offset), limit: String(PAGE) }),
      },
      ...(waitMs !== undefined && { timeoutMs: waitMs + GRACE_MS }),
      signal,
    });
    if (answer.status === 200 || answer.status === 304 || isMissing(answer)) return answer;
    throw refused(answer, name);
  }
}

/** Older servers say so when there is nothing at all; any other 404 is of a program that is no KIE. */
function isMissing({ status, body }: Answer): boolean {
  return status === 404 && isRecord(body) && String(body['errorCode']) === '404001';
}

function revisionOf({ headers, address }: Answer, dimension: Dimension): string {
  const revision = headers['x-kie-revision'];
  if (revision !== undefined && /^\d{1,19}$/.test(revision)) return revision;
  const got = revision === undefined ? 'none' : printable(revision);
  throw invalid(address, dimension, `expected a whole number in X-Kie-Revision, got ${got}`);
}

function listOf({ body, address }: Answer, dimension: Dimension): KieList {
  const list = readList(body);
  if (list) return list;
  throw invalid(address, dimension, 'expected an object of total and data, got something else');
}

/** Each value once, the newest of a key, without those whose labels are others. */
function merged(revision: string, pages: readonly KieList[], { labels }: Dimension): KieAnswer {
  const values = new Map<string, KieValue>();
  for (const value of pages.flatMap((page) => page.values)) {
    if (!hasLabels(value, labels)) continue;
    const known = values.get(value.key);
    if (!known || known.revision < value.revision) values.set(value.key, value);
  }
  const unread = [...new Set(pages.flatMap((page) => page.unread))];
  return { kind: 'list', revision, values: [...values.values()], unread };
}

/** An empty label is as good as none: both were asked for. */
function hasLabels(value: KieValue, labels: ReadonlyMap<string, string>): boolean {
  const own = Object.entries(value.labels);
  return (
    own.every(([label, text]) => (labels.get(label) ?? '') === text) &&
    [...labels].every(([label, text]) => (value.labels[label] ?? '') === text)
  );
}

function refused({ status, body, address }: Answer, dimension: string): Error {
  const said = isRecord(body) ? body : {};
  const code = textOf(said['errorCode']) ?? String(status);
  const why = printable([said['errorMessage'], said['detail']].map(textOf).filter(Boolean).join(': '));
  const message = `KIE at ${address}: the question for ${dimension} was refused: ${why || `status ${status}`} (${printable(code)})`;
  return serviceCombError('REGISTRY_REFUSED', message, { details: { errorCode: printable(code) } });
}

function invalid(address: string, { name }: Dimension, what: string): Error {
  return serviceCombError('REGISTRY_ANSWER_INVALID', `KIE at ${address}: values of ${name}: ${what}`);
}

function changing({ address }: Answer, dimension: Dimension): Error {
  return invalid(address, dimension, `expected pages of one revision, got others in ${TRIES} tries`);
}
