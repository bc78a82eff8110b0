import { Field, Injectable, systemClock, Value } from '@ts-chassis/core';

export class Price {
  @Field({ integer: true }) id!: number;
  @Field() symbol!: string;
  @Field({ integer: true }) cents!: number;
}

const SYMBOLS = ['BREAD', 'CHEESE', 'WINE'];

/** Prices by their number, which never end. */
@Injectable()
export class Market {
  constructor(@Value('prices.everyMs', { default: 1000 }) private readonly everyMs: number) {}

  price(id: number): Price {
    return { id, symbol: SYMBOLS[id % SYMBOLS.length]!, cents: 200 + ((id * 7919) % 300) };
  }

  *first(count: number): Iterable<Price> {
    for (let id = 1; id <= count; id++) yield this.price(id);
  }

  /** One after another as time goes by, until the signal says that nobody listens. */
  async *after(id: number, signal: AbortSignal): AsyncIterable<Price> {
    for (let next = id + 1; !signal.aborted; next++) {
      yield this.price(next);
      await systemClock.sleep(this.everyMs, signal);
    }
  }
}
