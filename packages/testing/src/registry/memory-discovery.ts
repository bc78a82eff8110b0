import {
  CacheDiscovery,
  type Disposer,
  type Instance,
  type RegistryContext,
  type ServiceQuery,
} from '@ts-chassis/core';

/** What a discovery in memory reads. */
export interface MemorySource {
  list(query: ServiceQuery): readonly Instance[];
  watch(change: (change: { kind: 'put' | 'remove'; instance: Instance }) => void, back: () => void): Disposer;
}

/** Reads the registry of a test and is told of its changes at once. */
export class MemoryDiscovery extends CacheDiscovery {
  constructor(
    context: Pick<RegistryContext, 'clock' | 'logger'>,
    private readonly source: MemorySource,
  ) {
    super(context);
    const stop = source.watch(
      ({ kind, instance }) => {
        this.cache.apply(instance, kind === 'put' ? { kind, instance } : { kind, id: instance.id });
      },
      () => this.refreshAll(),
    );
    this.disposeOf(stop);
  }

  protected override async fetch(query: ServiceQuery): Promise<readonly Instance[]> {
    return this.source.list(query);
  }
}
