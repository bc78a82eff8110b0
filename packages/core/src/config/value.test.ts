import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.js';
import { createContainer, Injectable, type Container } from '../container/index.js';
import { silentLogger } from '../telemetry/logger.js';
import { Live } from './config.js';
import { createConfig, type ConfigStore } from './create-config.js';
import { defineSection } from './section.js';
import type { ConfigSource } from './source.js';
import { Given } from './store.fixture.js';
import { resolveValue, Value, ValueKey } from './value.js';

const Shop = defineSection<{ discount: number }>({
  key: 'shop',
  live: true,
  schema: { type: 'object', properties: { discount: { type: 'number', default: 0 } } },
});

async function built(
  type: new (...args: never[]) => object,
  values: Record<string, unknown>,
  remote: readonly ConfigSource[] = [],
): Promise<{ container: Container; store: ConfigStore }> {
  const store = createConfig({ sections: [], sources: [], values, clock: new VirtualClock(), logger: silentLogger });
  await store.start();
  if (remote.length > 0) await store.startRemote(remote, 1000);
  const container = createContainer({ providers: [type] });
  container.addParameterResolver(ValueKey, (mark, site) => resolveValue(store, mark, site));
  await container.build();
  return { container, store };
}

describe('@Value', () => {
  it('injects plain values of the declared type', async () => {
    @Injectable()
    class Pricing {
      @Value('shop.open') readonly open!: boolean;
      constructor(
        @Value('shop.discount') readonly discount: number,
        @Value('shop.currency', { default: 'EUR' }) readonly currency: string,
        @Value('shop.tags') readonly tags: string[],
      ) {}
    }
    const { container } = await built(Pricing, { shop: { discount: '5', open: 'true', tags: 'a,b' } });
    expect(container.get(Pricing)).toMatchObject({ discount: 5, currency: 'EUR', tags: ['a', 'b'], open: true });
  });

  it('injects a value that follows changes where Live is declared', async () => {
    @Injectable()
    class Pricing {
      @Value('shop.currency', { default: 'EUR' }) readonly currency!: Live<string>;
      constructor(@Value('shop.discount', { default: 0 }) readonly discount: Live<number>) {}
    }
    const { container, store } = await built(Pricing, { shop: { discount: 5 } });
    const pricing = container.get(Pricing);
    expect([pricing.discount.value, pricing.currency.value]).toEqual([5, 'EUR']);
    store.set('shop.discount', 6);
    expect(pricing.discount.value).toBe(6);
  });

  it('leaves out what a remote source says of another type, so that it keeps no program from starting', async () => {
    @Injectable()
    class Pricing {
      constructor(
        @Value('shop.discount') readonly discount: number,
        @Value('shop.size', { default: 3 }) readonly size: Live<number>,
      ) {}
    }
    const center = new Given('center', 0, { 'shop.discount': 'much', 'shop.size': 'big' });
    const { container } = await built(Pricing, { shop: { discount: 5 } }, [Object.assign(center, { remote: true })]);
    const pricing = container.get(Pricing);
    expect([pricing.discount, pricing.size.value]).toEqual([5, 3]);
  });

  it('injects sections, whole or live', async () => {
    @Injectable()
    class Pricing {
      constructor(
        @Value(Shop) readonly shop: object,
        @Value(Shop) readonly live: Live<{ discount: number }>,
      ) {}
    }
    const { container, store } = await built(Pricing, { shop: { discount: 5 } });
    store.set('shop.discount', 6);
    const { shop, live } = container.get(Pricing);
    expect(shop).toEqual({ discount: 5 });
    expect(live.value).toEqual({ discount: 6 });
  });

  it('refuses an absent key without a default, naming class, parameter and key', async () => {
    @Injectable()
    class Pricing {
      constructor(@Value('shop.discount') readonly discount: number) {}
    }
    await expect(built(Pricing, {})).rejects.toThrow(
      'parameter 0 of Pricing asks for the configuration key shop.discount, which nothing gives',
    );
  });

  it('refuses a value of another type, default or not, live or not', async () => {
    @Injectable()
    class Pricing {
      constructor(@Value('shop.discount', { default: 3 }) readonly discount: number) {}
    }
    await expect(built(Pricing, { shop: { discount: 'much' } })).rejects.toThrow(
      'parameter 0 of Pricing asks for the configuration key shop.discount, expected number, got "much" at memory',
    );
    @Injectable()
    class LivePricing {
      constructor(@Value('shop.discount', { default: 3 }) readonly discount: Live<number>) {}
    }
    await expect(built(LivePricing, { shop: { discount: 'much' } })).rejects.toThrow(
      'parameter 0 of LivePricing asks for the configuration key shop.discount, expected number, got "much" at memory',
    );
  });

  it('takes no value that does not fit in the place of a live one', async () => {
    @Injectable()
    class Pricing {
      constructor(@Value('shop.discount', { default: 0 }) readonly discount: Live<number>) {}
    }
    const { container, store } = await built(Pricing, { shop: { discount: 9 } });
    expect(() => store.set('shop.discount', 'ten')).toThrow('shop.discount: expected a number, got "ten"');
    expect(container.get(Pricing).discount.value).toBe(9);
  });

  it('refuses a value and a default of another type than declared', async () => {
    @Injectable()
    class Pricing {
      @Value('shop.discount') readonly discount!: number;
    }
    await expect(built(Pricing, { shop: { discount: 'much' } })).rejects.toThrow(
      'property Pricing.discount asks for the configuration key shop.discount, expected number, got "much" at memory',
    );
    @Injectable()
    class Wrong {
      constructor(@Value('shop.discount', { default: 'none' }) readonly discount: number) {}
    }
    await expect(built(Wrong, {})).rejects.toThrow('whose default "none" is no number');
  });
});
