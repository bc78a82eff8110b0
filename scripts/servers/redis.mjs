import { installDebian, missingForDebian, programPath } from './cache.mjs';
import { freePort, Server } from './running.mjs';

const there = () => programPath('redis-server') !== undefined;

/** Redis of the distribution, which keeps nothing. */
export const redis = {
  name: 'redis-server',

  missing() {
    return there() ? undefined : missingForDebian('redis-server');
  },

  async install() {
    if (!there()) await installDebian('redis-server');
  },

  /** @param port - default a free one; @param password - asked of everybody */
  async start({ port, password } = {}) {
    const listen = port ?? (await freePort());
    const server = new Server('Redis');
    const given = ['--bind', '127.0.0.1', '--port', String(listen), '--save', '', '--appendonly', 'no'];
    if (password) given.push('--requirepass', password);
    await server.start('redis-server', given, { ready: `tcp://127.0.0.1:${listen}` });
    const url = `redis://${password ? `:${password}@` : ''}127.0.0.1:${listen}`;
    return { url, port: listen, log: () => server.log, stop: () => server.stop() };
  },
};
