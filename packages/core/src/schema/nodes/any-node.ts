import type { JsonSchema } from '../json-schema.js';
import { isPolluting } from './polluting.js';
import { TypeNode } from './type-node.js';
import { MISFIT, type Walk } from './walk.js';

/** Any JSON, or any JSON object; copied, so that nobody shares it, without the keys that reach prototypes. */
export class AnyNode extends TypeNode {
  readonly label: string;

  constructor(private readonly only: 'object' | 'any') {
    super();
    this.label = only === 'object' ? 'object' : 'any JSON';
  }

  take(value: unknown, walk: Walk): unknown {
    if (this.only === 'object' && !isRecord(value)) return walk.fault('object', value);
    return copy(value, walk);
  }

  write(value: unknown, walk: Walk): string {
    if (this.only === 'object' && !isRecord(value)) return walk.misfit('object', value);
    let text: string | undefined;
    try {
      text = JSON.stringify(value);
    } catch {
      text = undefined;
    }
    return text ?? walk.misfit('JSON', value);
  }

  describe(): JsonSchema {
    return this.only === 'object' ? { type: 'object', additionalProperties: true } : {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function copy(value: unknown, walk: Walk): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return walk.fault('JSON', value);
  if (typeof value !== 'object' || value === null) return value;
  if (!walk.enter(value)) return MISFIT;
  const copied = Array.isArray(value) ? copyList(value, walk) : copyRecord(value as Record<string, unknown>, walk);
  walk.leave();
  return copied;
}

function copyList(list: readonly unknown[], walk: Walk): unknown[] {
  const copied: unknown[] = [];
  for (let index = 0; index < list.length; index++) {
    walk.step(index);
    copied.push(copy(list[index], walk));
  }
  return copied;
}

function copyRecord(record: Record<string, unknown>, walk: Walk): object {
  if (record instanceof Date) return new Date(record);
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    if (isPolluting(key)) continue;
    walk.step(key);
    copied[key] = copy(record[key], walk);
  }
  return copied;
}
