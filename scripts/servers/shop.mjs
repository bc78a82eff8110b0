import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../files.mjs';
import { freePort, Server } from './running.mjs';

const sample = join(root, 'samples/shop');

/**
 * Both services of the built shop, on free ports and with a registry of their own.
 *
 * @param flags - of both services, such as `--servicecomb.log.level=warn`
 */
export async function startShop({ flags = [], environment = {} } = {}) {
  const catalog = await startService('catalog', { flags, environment });
  try {
    const orders = await startService('orders', { flags, environment, registry: catalog.registry });
    const stop = async () => void (await Promise.all([orders.stop(), catalog.stop()]));
    return { catalog, orders, stop };
  } catch (error) {
    await catalog.stop();
    throw error;
  }
}

async function startService(name, { flags, environment, registry }) {
  const address = `127.0.0.1:${await freePort()}`;
  const server = new Server(name);
  const shared = registry ?? pathToFileURL(join(server.folder, 'registry')).href;
  const given = [join(sample, 'dist', name, 'main.js'), `--servicecomb.registry.address=${shared}`, ...flags];
  await server.start(process.execPath, given, {
    ready: `http://${address}/readyz`,
    environment: {
      ...environment,
      CHASSIS_CONF_DIR: join(sample, 'conf', name),
      [`SHOP_${name.toUpperCase()}_ADDRESS`]: address,
      [`SHOP_${name.toUpperCase()}_GRPC_ADDRESS`]: '127.0.0.1:0',
    },
  });
  return {
    name,
    registry: shared,
    address,
    url: `http://${address}`,
    /** The end of what it wrote. */
    log: () => server.log,
    stop: () => server.stop(),
  };
}
