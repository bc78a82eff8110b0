/** The real servers that tests run against, all on the loopback and on free ports. */
export { chassisPeers } from './chassis-peers.mjs';
export { chromium } from './chromium.mjs';
export { grpcPeers } from './grpc-peers.mjs';
export { jaeger } from './jaeger.mjs';
export { javaChassis } from './java-chassis.mjs';
export { kie } from './kie.mjs';
export { checkMetrics, prometheus } from './prometheus.mjs';
export { lacking, ready } from './ready.mjs';
export { redis } from './redis.mjs';
export { freePort, until } from './running.mjs';
export { serviceCenter } from './service-center.mjs';
export { startShop } from './shop.mjs';
export { toxiproxy } from './toxiproxy.mjs';
export { zipkin } from './zipkin.mjs';
