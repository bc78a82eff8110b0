import { createApplication, Module } from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { grpc } from '@ts-chassis/grpc';
import { prometheus } from '@ts-chassis/metrics';
import { rest, swaggerUi } from '@ts-chassis/rest';
import { jaeger, tracing, zipkin } from '@ts-chassis/tracing';
import { AuditHandler } from '../audit/audit-handler.js';
import { tellLauncher } from '../launch/tell-launcher.js';
import { BookFinder } from './book-finder.js';
import { OrderService } from './order-service.js';
import { OrderStore } from './order-store.js';
import { Pricing } from './pricing.js';
import { ShopSection } from './shop-section.js';

@Module({ schemas: [OrderService], providers: [BookFinder, OrderStore, Pricing], handlers: [AuditHandler] })
class OrdersModule {}

export const app = createApplication({
  modules: [OrdersModule],
  plugins: [rest(), grpc(), governance(), swaggerUi(), prometheus(), tracing(zipkin(), jaeger())],
  configuration: { sections: [ShopSection] },
});
if (require.main === module) void app.run().then(() => tellLauncher(app));
