import { EnumNode } from './enum-node.js';
import { invalid } from './invalid.js';
import { ObjectNode } from './object-node.js';
import type { TypeNode } from './type-node.js';
import type { Discriminator } from './union-node.js';

/** Which member of a union a value of its discriminating field stands for; each member must say which values are its own. */
export function discriminate(members: readonly TypeNode[], field: string, where: string): Discriminator {
  const owners = new Map<unknown, TypeNode>();
  for (const member of members) {
    const tag = member instanceof ObjectNode ? member.field(field)?.node : undefined;
    if (!(tag instanceof EnumNode)) {
      throw invalid(
        where,
        `${member.label} does not declare the discriminator with @Field({ enum: ['...'] }) ${field}`,
      );
    }
    for (const value of tag.values) {
      if (owners.has(value)) throw invalid(where, `two members of the union have ${field} ${JSON.stringify(value)}`);
      owners.set(value, member);
    }
  }
  return { field, members: owners };
}
