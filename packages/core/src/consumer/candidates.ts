import type { Endpoint } from '../endpoint/endpoint.js';
import type { Instance } from '../endpoint/instance.js';

type Tags = Readonly<Record<string, string>> | undefined;

/** An instance that may be picked, and where it is reached. */
export interface Candidate {
  readonly instance: Instance;
  readonly endpoint: Endpoint;
}

/** Who of a list may be picked. The last answer is kept, as lists and clients' tags rarely change. */
export class Candidates {
  #instances: readonly Instance[] | undefined;
  #listener = '';
  #tags: Tags;
  #answer: readonly Candidate[] = [];

  among(instances: readonly Instance[], listener: string, tags: Tags): readonly Candidate[] {
    if (instances !== this.#instances || listener !== this.#listener || tags !== this.#tags) {
      this.#instances = instances;
      this.#listener = listener;
      this.#tags = tags;
      this.#answer = instances
        .filter((instance) => hasTags(instance, tags))
        .flatMap((instance) => {
          const endpoint = instance.endpoints.find((candidate) => candidate.listener === listener);
          return endpoint ? [{ instance, endpoint }] : [];
        });
    }
    return this.#answer;
  }
}

function hasTags({ version, app, metadata }: Instance, tags: Tags): boolean {
  return Object.entries(tags ?? {}).every(([name, value]) => {
    if (name === 'version') return version === value;
    if (name === 'app') return app === value;
    return Object.hasOwn(metadata, name) && metadata[name] === value;
  });
}
