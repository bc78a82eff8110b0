import {
  Application,
  currentInvocation,
  Handler,
  Implements,
  Module,
  NotFound,
  remote,
  Remote,
  Returns,
  Schema,
  silentLogger,
  type ChainHandler,
  type Client,
  type Clock,
  type Invocation,
  type Logger,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';
import type { TracingBackend } from './backend.js';
import { tracing } from './plugin.js';
import { Spans } from './spans.js';

@Schema({ id: 'catalog', path: '/books' })
export class Catalog {
  @Get('/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Get('/:isbn/pages')
  @Returns(Number, { stream: true })
  pages(@Param('isbn') isbn: string): AsyncIterable<number> {
    return remote();
  }
}

@Implements(Catalog)
export class CatalogService extends Catalog {
  override async find(isbn: string): Promise<string> {
    if (isbn === 'missing') throw NotFound(`no book ${isbn}`);
    if (isbn === 'broken') throw new Error('disk on fire, password=hunter2');
    return `title of ${isbn}`;
  }

  override async *pages(isbn: string): AsyncIterable<number> {
    yield 1;
    if (isbn === 'torn') throw new Error('torn out');
    yield 2;
  }
}

@Schema({ id: 'orders', path: '/orders' })
export class Orders {
  constructor(
    @Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>,
    private readonly spans: Spans,
  ) {}

  @Get('/:isbn')
  @Returns(String)
  async place(@Param('isbn') isbn: string): Promise<string> {
    currentInvocation().span.log({ event: 'asking the catalog' });
    return `order of ${await this.catalog.find(isbn)}`;
  }

  @Get('/:isbn/stock')
  @Returns(String)
  stock(@Param('isbn') isbn: string): Promise<string> {
    return this.spans.run('stock.load', async (span) => {
      span.setTag('isbn', isbn);
      return this.catalog.find(isbn);
    });
  }

  @Get('/:isbn/twice')
  @Returns(String)
  async twice(@Param('isbn') isbn: string): Promise<string> {
    await this.catalog.find(isbn);
    return this.catalog.find(isbn);
  }
}

/** A handler of a user's: stands after the span was made. */
@Handler('audit', { side: 'provider', after: 'tracing-provider', everywhere: true })
export class Audit implements ChainHandler {
  handle(invocation: Invocation, next: Next): Promise<Reply> {
    invocation.span.setTag('order.id', 42);
    return next(invocation);
  }
}

@Module({ schemas: [CatalogService] })
class CatalogModule {}

@Module({ schemas: [Orders], handlers: [Audit] })
class OrdersModule {}

@Module({ schemas: [CatalogService, Orders] })
class BothModule {}

const MODULES = { catalog: CatalogModule, orders: OrdersModule, both: BothModule };

/** A service of the fixture's shop. */
export interface ServiceOptions {
  readonly backend?: TracingBackend;
  /** Where orders finds the catalog. */
  readonly catalogPort?: number;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Starts a service on a free port of REST; it trusts its callers unless told otherwise. */
export async function startService(name: keyof typeof MODULES, options: ServiceOptions): Promise<Application> {
  const { backend, catalogPort, values, clock, logger = silentLogger } = options;
  const app = new Application({
    name,
    modules: [MODULES[name]],
    plugins: [rest(), ...(backend ? [tracing(backend)] : [])],
    ...{ logger, signals: false },
    ...(clock && { clock }),
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.protocols.rest.trust': 'peers',
        'servicecomb.registry.type': 'static',
        'servicecomb.lifecycle.drainDelay': 0,
        ...(catalogPort !== undefined && {
          'servicecomb.registry.static.catalog': [`rest://127.0.0.1:${catalogPort}`],
        }),
        ...values,
      },
    },
  });
  await app.start();
  return app;
}

/** The port that a service listens on. */
export function portOf(app: Application): number {
  return app.endpoints[0]!.port;
}
