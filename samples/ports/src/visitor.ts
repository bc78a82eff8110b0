import {
  createApplication,
  Field,
  Injectable,
  Module,
  Remote,
  Returns,
  Schema,
  type Application,
  type Client,
  type Plugin,
} from '@ts-chassis/core';
import { Get, RestClient } from '@ts-chassis/rest';
import { Stock, StockAdmin, StockContract } from './contract.js';

class Seen {
  @Field() admin!: Stock;
  @Field() rest!: Stock;
  @Field() grpc!: Stock;
  @Field() legacy!: string;
}

/** Calls the store's ports: which one, it says by the contract's client or in the host of a URL. */
@Injectable()
@Schema({ id: 'visit', path: '/visit' })
class Visit {
  constructor(
    @Remote(StockContract, { service: 'store', protocol: 'rest' }) private readonly stock: Client<StockContract>,
    @Remote(StockContract, { service: 'store', protocol: 'grpc' }) private readonly overGrpc: Client<StockContract>,
    @Remote(StockAdmin, { service: 'store', port: 'admin', headers: { 'x-staff': 'visitor' } })
    private readonly admin: Client<StockAdmin>,
    private readonly rest: RestClient,
  ) {}

  @Get('/ports')
  @Returns(Seen)
  async ports(): Promise<Seen> {
    const counted = await this.admin.count('bread', { pieces: 3 });
    const legacy = await this.rest.fetch('http://store:legacy/v1/stock.txt');
    return {
      admin: counted,
      rest: await this.stock.find('bread'),
      grpc: await this.overGrpc.find('bread'),
      legacy: await legacy.text(),
    };
  }
}

@Module({ schemas: [Visit] })
class VisitorModule {}

export const visitorOf = (plugins: readonly Plugin[], directory: string): Application =>
  createApplication({ modules: [VisitorModule], plugins: [...plugins], configuration: { directory } });
