// `node scripts/servers/install.mjs [name...]`: gets the servers that tests run against, all without a name, those that
// are quick before those that are built. Prints a line for each; the exit code is 1 when one could not be had.
import { chassisPeers } from './chassis-peers.mjs';
import { chromium } from './chromium.mjs';
import { grpcPeers } from './grpc-peers.mjs';
import { jaeger } from './jaeger.mjs';
import { javaChassis } from './java-chassis.mjs';
import { kie } from './kie.mjs';
import { prometheus } from './prometheus.mjs';
import { redis } from './redis.mjs';
import { schemathesis } from './schemathesis.mjs';
import { serviceCenter } from './service-center.mjs';
import { toxiproxy } from './toxiproxy.mjs';
import { zipkin } from './zipkin.mjs';

const quick = { redis, prometheus, zipkin, schemathesis, chromium };
const built = { grpcPeers, chassisPeers, javaChassis, kie, toxiproxy, serviceCenter, jaeger };
const servers = { ...quick, ...built };
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(servers);

async function install(name) {
  const server = servers[name];
  if (!server) return `there is no ${name}; there are ${Object.keys(servers).join(', ')}`;
  const lacking = server.missing();
  if (lacking) return lacking;
  try {
    await server.install();
  } catch (error) {
    return error.message;
  }
  return undefined;
}

for (const name of names) {
  const began = Date.now();
  const failure = await install(name);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(failure ? `lacking ${name}: ${failure}` : `ready   ${name} (${seconds} s)`);
  if (failure) process.exitCode = 1;
}
