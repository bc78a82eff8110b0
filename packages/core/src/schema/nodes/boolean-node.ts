import type { JsonSchema } from '../json-schema.js';
import { TypeNode } from './type-node.js';
import type { Walk } from './walk.js';

export class BooleanNode extends TypeNode {
  readonly label = 'boolean';

  take(value: unknown, walk: Walk): unknown {
    return typeof value === 'boolean' ? value : walk.fault('boolean', value);
  }

  write(value: unknown, walk: Walk): string {
    if (value === true) return 'true';
    return value === false ? 'false' : walk.misfit('boolean', value);
  }

  override guard(variable: string): string {
    return `typeof ${variable} === 'boolean'`;
  }

  override shortcut(variable: string): { readonly when: string; readonly text: string } {
    return { when: this.guard(variable), text: variable };
  }

  describe(): JsonSchema {
    return { type: 'boolean' };
  }
}
