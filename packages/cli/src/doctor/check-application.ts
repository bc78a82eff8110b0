import { createServer } from 'node:net';
import { relative } from 'node:path';
import type { InspectedListener } from '@ts-chassis/core';
import type { Check, Finding } from './finding.js';
import { lookAtApplication } from './look-at-application.js';

/** The application can be prepared, its configuration has no unknown keys, and its ports are free. */
export const checkApplication: Check = {
  name: 'application',
  async run({ entry, project, cwd, environment }) {
    if (entry === undefined)
      return [
        {
          ...{ level: 'warning', check: 'application' },
          message: `found no main file in ${project.folder}; the application was not looked at`,
          fix: 'name it: chassis doctor src/main.ts',
        },
      ];
    const { inspection, refusal, warnings } = await lookAtApplication(entry, cwd, environment);
    const warned = warnings.map((message): Finding => ({ ...{ level: 'warning', check: 'configuration' }, message }));
    if (refusal !== undefined)
      return [
        ...warned,
        { ...{ level: 'error', check: 'application' }, message: refusal, fix: `see ${relative(cwd, entry)}` },
      ];
    const ports = await Promise.all((inspection?.listeners ?? []).map(portFinding));
    return [...warned, ...ports.flat()];
  },
};

function portFinding({ name, listen: { host, port } }: InspectedListener): Promise<readonly Finding[]> {
  if (port === 0) return Promise.resolve([]);
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve([finding(name, `${host}:${port}`, error)]));
    server.listen({ host, port }, () => server.close(() => resolve([])));
  });
}

function finding(listener: string, address: string, { code, message }: NodeJS.ErrnoException): Finding {
  const key = `servicecomb.protocols.${listener}.listenAddress`;
  if (code === 'EADDRINUSE')
    return {
      ...{ level: 'error', check: 'port' },
      message: `${address} (listener ${listener}) is in use`,
      fix: `end who uses it, or give another address: ${key}`,
    };
  return {
    ...{ level: 'error', check: 'port' },
    message: `cannot listen on ${address} (listener ${listener}): ${message}`,
    fix: `see ${key}`,
  };
}
