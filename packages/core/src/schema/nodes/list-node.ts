import type { JsonSchema } from '../json-schema.js';
import { TypeNode, type Naming } from './type-node.js';
import { MISFIT, type Walk } from './walk.js';

export interface ListLimits {
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  readonly uniqueItems: boolean;
}

/** A list whose items are of one type. */
export class ListNode extends TypeNode {
  readonly label = 'list';

  constructor(
    readonly item: TypeNode,
    private readonly limits: ListLimits,
  ) {
    super();
  }

  override children(): readonly TypeNode[] {
    return [this.item];
  }

  take(value: unknown, walk: Walk): unknown {
    if (!Array.isArray(value)) return walk.fault('list', value);
    const { minItems, maxItems } = this.limits;
    if (minItems !== undefined && value.length < minItems) return walk.fault(`at least ${minItems} items`, value);
    if (maxItems !== undefined && value.length > maxItems) return walk.fault(`at most ${maxItems} items`, value);
    if (!walk.enter(value)) return MISFIT;
    const taken = this.takeItems(value, walk);
    walk.leave();
    return this.limits.uniqueItems && hasTwins(taken) ? walk.fault('no equal items', value) : taken;
  }

  write(value: unknown, walk: Walk): string {
    if (!Array.isArray(value)) return walk.misfit('list', value);
    if (!walk.enter(value)) return walk.misfit('fewer levels', value);
    let text = '[';
    for (let index = 0; index < value.length; index++) {
      walk.step(index);
      if (index > 0) text += ',';
      text += this.item.write(value[index], walk);
    }
    walk.leave();
    return `${text}]`;
  }

  describe(naming: Naming): JsonSchema {
    const { minItems, maxItems, uniqueItems } = this.limits;
    return {
      type: 'array',
      items: this.item.describe(naming),
      ...(minItems === undefined ? {} : { minItems }),
      ...(maxItems === undefined ? {} : { maxItems }),
      ...(uniqueItems ? { uniqueItems } : {}),
    };
  }

  private takeItems(list: readonly unknown[], walk: Walk): unknown[] {
    const taken: unknown[] = [];
    for (let index = 0; index < list.length; index++) {
      walk.step(index);
      const item = this.item.take(list[index], walk);
      taken.push(item);
      if (item instanceof Promise) walk.later(item, (settled) => (taken[index] = settled));
    }
    return taken;
  }
}

/** Scalars by a set, everything else by its JSON text: linear, whatever comes. */
function hasTwins(list: readonly unknown[]): boolean {
  const seen = new Set<unknown>();
  for (const item of list) {
    const mark = typeof item === 'object' && item !== null ? `json ${JSON.stringify(item, plain)}` : item;
    if (seen.has(mark)) return true;
    seen.add(mark);
  }
  return false;
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
