import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, fill, isCached, programPath, runInstaller } from './cache.mjs';
import { freePort, Server } from './running.mjs';

const version = '2.12.0';
const name = `toxiproxy-${version}`;
const program = 'server';

async function ask(url, method, body) {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
}

/** Toxiproxy: a network between two programs that is cut and slowed. */
export const toxiproxy = {
  name,

  missing() {
    if (isCached(name, program) || programPath('go')) return undefined;
    return `Toxiproxy ${version} is not installed, and go, which builds it, is not there`;
  },

  /** Builds it, which takes a minute. */
  async install() {
    if (isCached(name, program)) return;
    await fill(name, program, async (folder) => {
      const module = `github.com/Shopify/toxiproxy/v2/cmd/${program}@v${version}`;
      const given = ['install', '-trimpath', '-ldflags', '-s -w', module];
      // a folder for programs of its own; what was downloaded stays where Go keeps it
      await runInstaller('go', given, { environment: { GOBIN: join(folder, 'bin') } });
      renameSync(join(folder, 'bin', program), join(folder, program));
      rmSync(join(folder, 'bin'), { recursive: true });
    });
  },

  async start() {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const given = ['-host', '127.0.0.1', '-port', String(port)];
    const server = await new Server('Toxiproxy').start(join(cache, name, program), given, { ready: `${url}/version` });
    let proxies = 0;
    return {
      url,
      log: () => server.log,
      stop: () => server.stop(),

      /** @param listen - the port, default a free one; @param upstream - the port, or `host:port`, that it leads to */
      async proxy({ listen, upstream }) {
        const from = listen ?? (await freePort());
        const to = String(upstream).includes(':') ? upstream : `127.0.0.1:${upstream}`;
        const own = `${url}/proxies/p${(proxies += 1)}`;
        await ask(`${url}/proxies`, 'POST', {
          name: `p${proxies}`,
          listen: `127.0.0.1:${from}`,
          upstream: to,
          enabled: true,
        });
        const poison = (toxic) => ask(`${own}/toxics`, 'POST', toxic);
        const enable = (enabled) => ask(own, 'POST', { enabled });
        const toxics = ['slow', 'hang', 'narrow', 'break'];
        const remove = async (toxic) => {
          const response = await fetch(`${own}/toxics/${toxic}`, { method: 'DELETE' });
          await response.arrayBuffer();
        };
        return {
          port: from,
          /** Ends every connection; new ones are refused. */
          cut: () => enable(false),
          /** What comes back comes `ms` later. */
          slow: (ms) => poison({ name: 'slow', type: 'latency', attributes: { latency: ms } }),
          /** What comes back comes no more, while connections stay and are accepted. */
          hang: () => poison({ name: 'hang', type: 'timeout', attributes: { timeout: 0 } }),
          /** What comes back comes at `kilobytes` a second. */
          narrow: (kilobytes) => poison({ name: 'narrow', type: 'bandwidth', attributes: { rate: kilobytes } }),
          /** An answer breaks off after `bytes`. */
          breakAfter: (bytes) => poison({ name: 'break', type: 'limit_data', attributes: { bytes } }),
          /** All is well again. */
          async heal() {
            for (const toxic of toxics) await remove(toxic);
            await enable(true);
          },
          delete: () => ask(own, 'DELETE'),
        };
      },
    };
  },
};
