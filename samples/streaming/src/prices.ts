import { Returns, Schema, type Invocation } from '@ts-chassis/core';
import { Context, Get, Headers, Produces, Query, sse, Sse, type ServerSentEvent } from '@ts-chassis/rest';
import { Readable } from 'node:stream';
import { Market, Price } from './market.js';

@Schema({ id: 'prices', path: '/prices' })
export class Prices {
  constructor(private readonly market: Market) {}

  /** One JSON array; `Accept: application/x-ndjson` makes it lines, `text/event-stream` events. */
  @Get()
  @Returns(Price, { stream: true })
  async *list(
    @Query('count', { integer: true, minimum: 1, maximum: 100_000, default: 10 }) count: number,
  ): AsyncIterable<Price> {
    yield* this.market.first(count);
  }

  /** Goes on until the client leaves; who comes back is told what came in between. */
  @Sse('/live')
  @Returns(Price, { stream: true })
  async *live(
    @Headers('Last-Event-ID', { integer: true, default: 0 }) last: number,
    @Context() invocation?: Invocation,
  ): AsyncIterable<ServerSentEvent<Price>> {
    yield sse({ retryMs: 1000 });
    for await (const price of this.market.after(last, invocation!.signal))
      yield sse({ data: price, event: 'price', id: String(price.id) });
  }

  /** Bytes of any stream, compressed where the client takes that. */
  @Get('/export')
  @Produces('text/csv')
  @Returns(String, { stream: true })
  export(): Readable {
    const { market } = this;
    return Readable.from(
      (function* () {
        yield 'id,symbol,cents\n';
        for (const { id, symbol, cents } of market.first(100_000)) yield `${id},${symbol},${cents}\n`;
      })(),
    );
  }
}
