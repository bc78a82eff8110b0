import type { Fault } from '../value-type.js';
import type { TypeOptions } from '../type-options.js';
import type { Building } from './build-node.js';
import { invalid } from './invalid.js';
import type { TypeNode } from './type-node.js';
import { Walk } from './walk.js';

/** What gives the default of a field or parameter, a fresh one each time; refused at start when it does not fit its own type. */
export function fallbackOf(
  { node, options, where }: { readonly node: TypeNode; readonly options: TypeOptions; readonly where: string },
  building: Pick<Building, 'afterwards'>,
): (() => unknown) | undefined {
  const given = options.default;
  if (given === undefined) return undefined;
  const make = (): unknown => {
    const faults: Fault[] = [];
    const taken = node.take(given, new Walk({ place: 'default', pointer: '' }, faults, 'refuse'));
    if (faults[0])
      throw invalid(
        where,
        `its default does not fit${faults[0].pointer && ` at ${faults[0].pointer}`}: ${faults[0].message}`,
      );
    return taken;
  };
  building.afterwards.push(make);
  return typeof given === 'object' && given !== null ? make : () => given;
}
