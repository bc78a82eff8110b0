/** The real servers that tests run against, all on the loopback and on free ports. */
export { chromium } from './chromium.mjs';
export { grpcPeers } from './grpc-peers.mjs';
export { jaeger } from './jaeger.mjs';
export { checkMetrics, prometheus } from './prometheus.mjs';
export { lacking, ready } from './ready.mjs';
export { redis } from './redis.mjs';
export { freePort, until } from './running.mjs';
export { startShop } from './shop.mjs';
export { zipkin } from './zipkin.mjs';
