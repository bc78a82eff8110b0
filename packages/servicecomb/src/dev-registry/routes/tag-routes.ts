import { FAILURE } from '../../wire/failure-codes.js';
import { done, json } from '../http/answer.js';
import type { Call } from '../http/call.js';
import type { Route } from '../http/router.js';
import { RegistryFailure } from '../registry-failure.js';
import type { ServiceEntry } from '../state/entries.js';
import { withoutEmpty } from '../state/read-service.js';
import type { RegistryState } from '../state/registry-state.js';
import { setTags } from '../state/tags.js';
import { SERVICE } from './paths.js';

/** Tags of a service. */
export function tagRoutes(state: RegistryState): readonly Route[] {
  const service = (call: Call): ServiceEntry => state.service(call.tenant, call.parameter('service'));
  return [
    ['GET', `${SERVICE}/tags`, (call) => json(withoutEmpty({ tags: service(call).tags }))],
    [
      'POST',
      `${SERVICE}/tags`,
      (call) => {
        const entry = service(call);
        setTags(state, entry, call.body().textMap('tags'));
        return done();
      },
    ],
    [
      'PUT',
      `${SERVICE}/tags/:tag`,
      (call) => {
        const entry = service(call);
        const key = call.parameter('tag');
        if (!Object.hasOwn(entry.tags, key))
          throw new RegistryFailure(FAILURE.tagMissing, 'Tag does not exist, please add one first.');
        setTags(state, entry, { ...entry.tags, [key]: call.asked('value') });
        return done();
      },
    ],
    [
      'DELETE',
      `${SERVICE}/tags/:tag`,
      (call) => {
        const entry = service(call);
        const gone = new Set(call.parameter('tag').split(','));
        for (const key of gone) {
          if (Object.hasOwn(entry.tags, key)) continue;
          throw new RegistryFailure(FAILURE.tagMissing, `Delete tags failed for this key ${key} does not exist.`);
        }
        setTags(state, entry, Object.fromEntries(Object.entries(entry.tags).filter(([key]) => !gone.has(key))));
        return done();
      },
    ],
  ];
}
