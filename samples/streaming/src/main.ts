import { createApplication, Module } from '@ts-chassis/core';
import { rest, staticFiles } from '@ts-chassis/rest';
import { Market } from './market.js';
import { Prices } from './prices.js';

@Module({ schemas: [Prices], providers: [Market] })
class PricesModule {}

export const app = createApplication({
  modules: [PricesModule],
  plugins: [rest({ compression: true }), staticFiles({ root: 'public' })],
});
if (require.main === module) void app.run();
