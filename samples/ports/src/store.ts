import {
  ChassisError,
  createApplication,
  Handler,
  Implements,
  Injectable,
  Module,
  NotFound,
  type Application,
  type ChainHandler,
  type Invocation,
  type Next,
  type Plugin,
  type Reply,
} from '@ts-chassis/core';
import { Pieces, Stock, StockAdmin, StockContract, StockLegacy } from './contract.js';

@Injectable()
class Shelves {
  readonly #pieces = new Map([
    ['cheese', 12],
    ['ham', 7],
  ]);

  get(item: string): Stock {
    const pieces = this.#pieces.get(item);
    if (pieces === undefined) throw NotFound(`no "${item}" on the shelves`);
    return { item, pieces };
  }

  put(item: string, pieces: number): Stock {
    this.#pieces.set(item, pieces);
    return this.get(item);
  }

  all(): readonly Stock[] {
    return [...this.#pieces.keys()].map((item) => this.get(item));
  }
}

@Implements(StockContract)
class StockService extends StockContract {
  constructor(private readonly shelves: Shelves) {
    super();
  }

  override find(item: string): Promise<Stock> {
    return Promise.resolve(this.shelves.get(item));
  }
}

@Implements(StockAdmin)
class StockAdminService extends StockAdmin {
  constructor(private readonly shelves: Shelves) {
    super();
  }

  override count(item: string, counted: Pieces): Promise<Stock> {
    return Promise.resolve(this.shelves.put(item, counted.pieces));
  }
}

@Implements(StockLegacy)
class StockLegacyService extends StockLegacy {
  constructor(private readonly shelves: Shelves) {
    super();
  }

  override list(): Promise<string> {
    return Promise.resolve(
      this.shelves
        .all()
        .map(({ item, pieces }) => `${item};${pieces}\n`)
        .join(''),
    );
  }
}

/** In the chain of `rest-admin` only: see conf/store/chassis.yaml. */
@Handler('staff-only')
class StaffOnly implements ChainHandler {
  handle(invocation: Invocation, next: Next): Promise<Reply> {
    if (invocation.headers.get('x-staff') === undefined)
      throw new ChassisError('PERMISSION_DENIED', 'this port is for staff: say who you are in x-staff');
    return next(invocation);
  }
}

@Module({
  schemas: [StockService, StockAdminService, StockLegacyService],
  providers: [Shelves],
  handlers: [StaffOnly],
})
class StoreModule {}

export const storeOf = (plugins: readonly Plugin[], directory: string): Application =>
  createApplication({ modules: [StoreModule], plugins: [...plugins], configuration: { directory } });
