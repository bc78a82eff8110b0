import { Root, type Type } from 'protobufjs/light';

/** What the `google.rpc` details of a status say in our words. */
export interface StatusDetails {
  readonly code?: string;
  readonly retryAfterMs?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

interface AnyMessage {
  readonly type_url?: string;
  readonly value?: Uint8Array;
}

interface Read {
  code?: string;
  retryAfterMs?: number;
  details: Record<string, unknown>;
}

const TEXT_MAP = { keyType: 'string', type: 'string' } as const;

/** google/rpc/status.proto and error_details.proto, as far as they are read. */
const DESCRIPTION = {
  nested: {
    Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
    Status: { fields: { details: { rule: 'repeated', type: 'Any', id: 3 } } },
    ErrorInfo: {
      fields: {
        reason: { type: 'string', id: 1 },
        domain: { type: 'string', id: 2 },
        metadata: { ...TEXT_MAP, id: 3 },
      },
    },
    Duration: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    RetryInfo: { fields: { retryDelay: { type: 'Duration', id: 1 } } },
    FieldViolation: {
      fields: {
        field: { type: 'string', id: 1 },
        description: { type: 'string', id: 2 },
        reason: { type: 'string', id: 3 },
      },
    },
    BadRequest: { fields: { fieldViolations: { rule: 'repeated', type: 'FieldViolation', id: 1 } } },
    Struct: { fields: { fields: { keyType: 'string', type: 'Value', id: 1 } } },
    ListValue: { fields: { values: { rule: 'repeated', type: 'Value', id: 1 } } },
    Value: {
      oneofs: {
        kind: { oneof: ['nullValue', 'numberValue', 'stringValue', 'boolValue', 'structValue', 'listValue'] },
      },
      fields: {
        nullValue: { type: 'int32', id: 1 },
        numberValue: { type: 'double', id: 2 },
        stringValue: { type: 'string', id: 3 },
        boolValue: { type: 'bool', id: 4 },
        structValue: { type: 'Struct', id: 5 },
        listValue: { type: 'ListValue', id: 6 },
      },
    },
  },
};

/** A message of JSON, by `google.protobuf.Value`; one branch is set. */
interface JsonValue {
  readonly kind?: string;
  readonly numberValue?: number;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly structValue?: JsonStruct;
  readonly listValue?: { readonly values?: readonly JsonValue[] };
}

interface JsonStruct {
  readonly fields?: Readonly<Record<string, JsonValue>>;
}

/** How far structures may be nested. */
const DEEPEST = 32;

/** Reads `grpc-status-details-bin`: a `google.rpc.Status`. Details of types that are not known are left out. */
export class StatusDetailsReader {
  readonly #root = Root.fromJSON(DESCRIPTION);

  /** @returns undefined for bytes that are no such message */
  read(bytes: Uint8Array): StatusDetails | undefined {
    const read: Read = { details: {} };
    try {
      const { details = [] } = this.#decoded<{ details?: readonly AnyMessage[] }>('Status', bytes);
      for (const detail of details) this.#take(detail, read);
    } catch {
      return undefined;
    }
    const { details, ...rest } = read;
    return Object.keys(details).length > 0 ? { ...rest, details } : rest;
  }

  #take({ type_url: url = '', value = new Uint8Array(0) }: AnyMessage, read: Read): void {
    switch (url.slice(url.lastIndexOf('/') + 1)) {
      case 'google.rpc.ErrorInfo':
        return this.#takeInfo(value, read);
      case 'google.rpc.RetryInfo':
        return this.#takeRetry(value, read);
      case 'google.rpc.BadRequest':
        return this.#takeFaults(value, read);
      case 'google.protobuf.Struct':
        addAll(read.details, jsonOf(this.#decoded<JsonStruct>('Struct', value), DEEPEST));
    }
  }

  #takeInfo(value: Uint8Array, read: Read): void {
    const info = this.#decoded<{ reason?: string; metadata?: Record<string, string> }>('ErrorInfo', value);
    if (info.reason) read.code ??= info.reason;
    if (info.metadata) for (const [name, text] of Object.entries(info.metadata)) add(read.details, name, text);
  }

  #takeRetry(value: Uint8Array, read: Read): void {
    const { retryDelay } = this.#decoded<{ retryDelay?: { seconds?: number; nanos?: number } }>('RetryInfo', value);
    const ms = Number(retryDelay?.seconds ?? 0) * 1000 + Math.ceil((retryDelay?.nanos ?? 0) / 1e6);
    if (retryDelay && ms >= 0) read.retryAfterMs = ms;
  }

  /** In the form that faults of our own validation have. */
  #takeFaults(value: Uint8Array, read: Read): void {
    const { fieldViolations = [] } = this.#decoded<{
      fieldViolations?: readonly { field?: string; description?: string }[];
    }>('BadRequest', value);
    const faults = fieldViolations.map(({ field = '', description = '' }) => ({
      pointer: field,
      message: description,
    }));
    if (faults.length > 0) read.details['faults'] ??= faults;
  }

  #decoded<T>(name: string, bytes: Uint8Array): T {
    const type: Type = this.#root.lookupType(name);
    return type.toObject(type.decode(bytes), { longs: Number, oneofs: true }) as T;
  }
}

function jsonOf({ fields = {} }: JsonStruct, depth: number): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) add(json, name, plainOf(value, depth));
  return json;
}

function plainOf(value: JsonValue, depth: number): unknown {
  if (depth === 0) return undefined;
  if (value.structValue) return jsonOf(value.structValue, depth - 1);
  if (value.listValue) return (value.listValue.values ?? []).map((item) => plainOf(item, depth - 1));
  return value.numberValue ?? value.stringValue ?? value.boolValue ?? null;
}

function addAll(target: Record<string, unknown>, source: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(source)) target[name] = source[name];
}

/** The name comes from outside. */
function add(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') target[name] = value;
}
