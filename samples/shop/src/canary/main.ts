import { createApplication, Module } from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { grpc } from '@ts-chassis/grpc';
import { prometheus } from '@ts-chassis/metrics';
import { rest, swaggerUi } from '@ts-chassis/rest';
import { jaeger, tracing, zipkin } from '@ts-chassis/tracing';
import { AuditHandler } from '../audit/audit-handler.js';
import { BookStore } from '../catalog/book-store.js';
import { CatalogService } from '../catalog/catalog-service.js';
import { tellLauncher } from '../launch/tell-launcher.js';
import { LowerPrices } from './lower-prices.js';

/** The next version of the catalog, 1.1.0: `npm start -- --canary` starts it beside the one in use. */
@Module({
  schemas: [CatalogService],
  providers: [{ provide: BookStore, useClass: LowerPrices }],
  handlers: [AuditHandler],
})
class CanaryModule {}

export const app = createApplication({
  modules: [CanaryModule],
  plugins: [rest(), grpc(), governance(), swaggerUi(), prometheus(), tracing(zipkin(), jaeger())],
});
if (require.main === module) void app.run().then(() => tellLauncher(app));
