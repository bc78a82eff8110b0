import type { InstanceFilter } from '../instance-filter.js';

/** Instances whose metadata say what `metadata` of the policy wants. */
export const byMetadata: InstanceFilter = {
  filter(instances, { settings }) {
    const wanted = Object.entries(settings.metadata);
    if (wanted.length === 0) return instances;
    return instances.filter(({ metadata }) =>
      wanted.every(([name, value]) => Object.hasOwn(metadata, name) && metadata[name] === value),
    );
  },
};
