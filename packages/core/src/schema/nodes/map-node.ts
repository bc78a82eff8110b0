import type { JsonSchema } from '../json-schema.js';
import { isPolluting } from './polluting.js';
import { quote } from './quote.js';
import { TypeNode, type Naming } from './type-node.js';
import { MISFIT, type Walk } from './walk.js';

export interface MapLimits {
  readonly minProperties: number | undefined;
  readonly maxProperties: number | undefined;
}

/** A record with any keys and values of one type; a `Map` may go out too. */
export class MapNode extends TypeNode {
  readonly label = 'object';

  constructor(
    private readonly item: TypeNode,
    private readonly limits: MapLimits,
  ) {
    super();
  }

  override children(): readonly TypeNode[] {
    return [this.item];
  }

  take(value: unknown, walk: Walk): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return walk.fault('object', value);
    const entries = entriesOf(value).filter(([key]) => !isPolluting(key));
    const { minProperties, maxProperties } = this.limits;
    if (minProperties !== undefined && entries.length < minProperties)
      return walk.fault(`at least ${minProperties} entries`, value);
    if (maxProperties !== undefined && entries.length > maxProperties)
      return walk.fault(`at most ${maxProperties} entries`, value);
    if (!walk.enter(value)) return MISFIT;
    const taken: Record<string, unknown> = {};
    for (const [key, entry] of entries) {
      walk.step(key);
      const item = (taken[key] = this.item.take(entry, walk));
      if (item instanceof Promise) walk.later(item, (settled) => (taken[key] = settled));
    }
    walk.leave();
    return taken;
  }

  write(value: unknown, walk: Walk): string {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return walk.misfit('object', value);
    if (!walk.enter(value)) return walk.misfit('fewer levels', value);
    let text = '{';
    for (const [key, entry] of entriesOf(value)) {
      if (entry === undefined) continue;
      walk.step(key);
      text += `${text.length > 1 ? ',' : ''}${quote(key)}:${this.item.write(entry, walk)}`;
    }
    walk.leave();
    return `${text}}`;
  }

  describe(naming: Naming): JsonSchema {
    const { minProperties, maxProperties } = this.limits;
    return {
      type: 'object',
      additionalProperties: this.item.describe(naming),
      ...(minProperties === undefined ? {} : { minProperties }),
      ...(maxProperties === undefined ? {} : { maxProperties }),
    };
  }
}

function entriesOf(value: object): [string, unknown][] {
  return value instanceof Map
    ? [...value].map(([key, entry]) => [String(key), entry as unknown])
    : Object.entries(value);
}
