import { isIP } from 'node:net';
import type { FinishedSpan, SpanLog, TagValue } from '../span/finished-span.js';

/** A span is no store. */
const LONGEST_ANNOTATION = 4096;

/** Said by fields of their own. */
const NO_TAGS: ReadonlySet<string> = new Set(['peer.service', 'peer.address']);

/** A span as Zipkin's API version 2 wants it, as JSON text. */
export function zipkinJson(span: FinishedSpan): string {
  const { tags } = span;
  const startedAtUs = Math.round(span.startedAtMs * 1000);
  return JSON.stringify({
    traceId: span.traceId,
    id: span.spanId,
    ...(span.parentId !== undefined && { parentId: span.parentId }),
    name: span.name,
    ...(span.kind !== 'internal' && { kind: span.kind.toUpperCase() }),
    timestamp: startedAtUs,
    // 0 would mean that it is not known
    duration: Math.max(1, Math.round(span.durationMs * 1000)),
    localEndpoint: { serviceName: span.service },
    ...remoteEndpoint(tags.get('peer.service'), tags.get('peer.address')),
    tags: tagsOf(span),
    ...(span.logs.length > 0 && { annotations: span.logs.map(annotation) }),
    ...(span.debug && { debug: true }),
  });
}

function tagsOf({ tags, logs }: FinishedSpan): Record<string, string> {
  const written: Record<string, string> = {};
  for (const [name, value] of tags) if (!NO_TAGS.has(name)) written[name] = String(value);
  // here the tag is the message, and its presence says that there was one
  if (tags.get('error') === true) written['error'] = messageIn(logs) ?? 'true';
  return written;
}

function messageIn(logs: readonly SpanLog[]): string | undefined {
  const log = [...logs].reverse().find(({ fields }) => fields['event'] === 'error');
  const message = log?.fields['message'];
  return typeof message === 'string' && message !== '' ? message : undefined;
}

function annotation({ atMs, fields }: SpanLog): { readonly timestamp: number; readonly value: string } {
  return { timestamp: Math.round(atMs * 1000), value: textOf(fields) };
}

/** An event by itself is its name; more is JSON. */
function textOf(fields: SpanLog['fields']): string {
  const { event } = fields;
  if (typeof event === 'string' && Object.keys(fields).length === 1) return event;
  try {
    return JSON.stringify(fields).slice(0, LONGEST_ANNOTATION);
  } catch {
    return String(event);
  }
}

function remoteEndpoint(service: TagValue | undefined, address: TagValue | undefined): object {
  if (service === undefined && address === undefined) return {};
  return {
    remoteEndpoint: {
      ...(service !== undefined && { serviceName: String(service) }),
      ...placeOf(String(address ?? '')),
    },
  };
}

/** `10.0.0.7:8080`, `[::1]:8080` or an address alone; names are no addresses. */
function placeOf(address: string): object {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address) ?? [];
  const host = (bracketed ?? plain ?? address).replace(/^::ffff:(?=\d+\.)/, '');
  const version = isIP(host);
  return {
    ...(version === 4 && { ipv4: host }),
    ...(version === 6 && { ipv6: host }),
    ...(port !== undefined && { port: Number(port) }),
  };
}
