import { HeaderMap, type Reply } from '@ts-chassis/core';
import type { ServerResponse } from 'node:http';
import { restError } from '../codes.js';
import type { Exchange } from './exchange.js';

/** Names and values in turn, as `writeHead` takes them. */
export type Head = (string | number | readonly string[])[];

/** Said by the server itself about the message it writes. */
const OWN: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'vary']);

const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/** What the head of an answer follows from, beside the reply's own headers. */
export interface Content {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly type?: string | undefined;
  /** In bytes; undefined for a stream and for statuses that have no body. */
  readonly length?: number | undefined;
  /** What follows from how the body is written, names in lower case and values in turn; wins over what the reply says. */
  readonly more?: readonly string[];
  /** Whether what the reply says of its body is left out: none follows. */
  readonly isBare?: boolean;
}

/**
 * Writes the head of an answer. The reply's own headers win over the operation's, which win over what follows from the content. What a middleware
 * set on the response before stays unless the reply says the same; its cookies stay in any case.
 *
 * @throws TypeError or RangeError for a value no header or status may have; nothing is written then
 */
export function writeHead(exchange: Exchange, reply: Reply, content: Content): void {
  const { headers: fixed, vary } = exchange.route.reply;
  const head: Head = [];
  if (content.length !== undefined) head.push('Content-Length', content.length);
  if (fixed.length === 0 && reply.headers === HeaderMap.empty && vary.length === 0 && content.more === undefined) {
    if (content.type !== undefined) head.push('Content-Type', content.type);
  } else new ComposedHead(exchange, reply, content).add(head);
  if (exchange.touched) setHead(exchange.response, content.status, head);
  // Node's own types know the flat form for single values only; it takes lists there too.
  else exchange.response.writeHead(content.status, head as string[]);
}

/** One by one: functions that middleware puts in the place of `writeHead` seldom know the flat form. */
function setHead(response: ServerResponse, status: number, head: Head): void {
  const names = new Set<string>();
  for (let at = 0; at < head.length; at += 2) {
    const name = String(head[at]);
    const value = head[at + 1]!;
    if (names.has(name.toLowerCase())) response.appendHeader(name, typeof value === 'number' ? String(value) : value);
    else response.setHeader(name, value);
    names.add(name.toLowerCase());
  }
  response.writeHead(status);
}

/** A header of an answer by its name in lower case: the reply's, else the operation's, else what a middleware set. */
export function headerOf(exchange: Exchange, reply: Reply, name: string): string | undefined {
  const own = reply.headers.get(name);
  if (own !== undefined) return own;
  const fixed = exchange.route.reply.headers;
  for (let at = 0; at < fixed.length; at += 2) if (fixed[at] === name) return fixed[at + 1];
  const set = exchange.response.getHeader(name);
  return set === undefined ? undefined : String(set);
}

/** The head of an answer whose reply, operation or middleware has something to say in it. */
export class ComposedHead {
  constructor(
    private readonly exchange: Exchange,
    private readonly reply: Reply,
    private readonly content: Content,
  ) {}

  add(head: Head): void {
    const { more = [], type } = this.content;
    const own = this.reply.headers;
    const fixed = this.exchange.route.reply.headers;
    if (type !== undefined && !own.has('content-type') && !includesName(fixed, 'content-type'))
      head.push('Content-Type', type);
    for (let at = 0; at < fixed.length; at += 2) {
      const name = fixed[at]!;
      if (!own.has(name) && this.#isKept(name)) head.push(name, fixed[at + 1]!);
    }
    const { record } = own;
    for (const name of Object.keys(record)) {
      const value = record[name];
      if (value === undefined) continue;
      if (name === 'etag') checkTag(own.get(name)!, this.exchange);
      if (!this.#isKept(name)) continue;
      head.push(name, name === 'set-cookie' ? this.#cookies(value) : value);
    }
    for (let at = 0; at < more.length; at += 2) if (more[at] !== 'vary') head.push(more[at]!, more[at + 1]!);
    this.#addVary(head);
  }

  #isKept(name: string): boolean {
    const { more = [], isBare } = this.content;
    if (OWN.has(name) || includesName(more, name)) return false;
    return !isBare || !name.startsWith('content-') || name === 'content-location' || name === 'content-security-policy';
  }

  #cookies(own: string | readonly string[]): readonly string[] {
    const set = this.exchange.response.getHeader('set-cookie') ?? [];
    return [...[set].flat().map(String), ...[own].flat()];
  }

  /** Everybody who chose by a header of the request says so, and nobody takes back what another said. */
  #addVary(head: Head): void {
    const names = new Map<string, string>();
    const said = headerOf(this.exchange, this.reply, 'vary');
    const set = this.exchange.response.getHeader('vary');
    for (const name of [set, said, ...this.exchange.route.reply.vary].flatMap((text) =>
      String(text ?? '').split(','),
    )) {
      if (name.trim() !== '') names.set(name.trim().toLowerCase(), name.trim());
    }
    if (names.size > 0) head.push('Vary', names.has('*') ? '*' : [...names.values()].join(', '));
  }
}

/** @throws ChassisError `REPLY_HEADER_INVALID` for what is no tag (RFC 9110, 8.8.3): caches would compare it with others in their own ways */
function checkTag(tag: string, { route }: Exchange): void {
  if (ENTITY_TAG.test(tag)) return;
  const got = JSON.stringify(tag.slice(0, 64));
  throw restError(
    'REPLY_HEADER_INVALID',
    `${route.operation.id}: etag: expected a tag such as "v1" in quotes, got ${got}`,
  );
}

function includesName(headers: readonly string[], name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return true;
  return false;
}
