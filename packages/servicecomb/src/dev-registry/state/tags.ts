import type { ServiceEntry } from './entries.js';
import { QUOTA, withinQuota } from './quota.js';
import type { RegistryState } from './registry-state.js';
import { checked, RULES } from './rules.js';

type Tags = Readonly<Record<string, string>>;

/** Puts other tags in the place of all that a service has. */
export function setTags(state: RegistryState, service: ServiceEntry, tags: Tags): void {
  const entries = Object.entries(tags);
  withinQuota('tag', entries.length, QUOTA.tagsPerService);
  for (const [key, value] of entries) {
    checked(key, 'AddServiceTagsRequest.Tags', RULES.tag);
    checked(value, 'AddServiceTagsRequest.Tags', RULES.tag);
  }
  state.resize(service, JSON.stringify(tags).length - JSON.stringify(service.tags).length);
  service.tags = tags;
  state.touch(service);
}
