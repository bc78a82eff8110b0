import type { Instance } from '@ts-chassis/core';
import type { FilterContext, InstanceFilter } from '../instance-filter.js';

/** Instances of our own zone; where there are none those of our region; where there are none all. */
export const zoneAware: InstanceFilter = {
  filter(instances: readonly Instance[], { region: { region, availableZone } }: FilterContext): readonly Instance[] {
    if (region === '') return instances;
    const near = instances.filter(({ dataCenter }) => dataCenter?.region === region);
    const here = near.filter(({ dataCenter }) => availableZone !== '' && dataCenter?.availableZone === availableZone);
    if (here.length > 0) return here;
    return near.length > 0 ? near : instances;
  },
};
