import { Server } from 'node:net';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Application } from '@ts-chassis/core';
import { CommandError, messageOf } from '../command-error.js';
import { commandFile } from '../own-package.js';
import type { Project } from '../project/find-project.js';
import type { Terminal } from '../terminal.js';
import { isTypeScript, registerTypeScript } from './register-typescript.js';

/** What to load. */
export interface LoadOptions {
  readonly project: Project;
  /** Absolute. */
  readonly entry: string;
  /** Arguments of the program, in which its configuration may stand. */
  readonly rest: readonly string[];
  readonly terminal: Terminal;
}

/**
 * Imports the application that a main file exports as `app`, and prepares it: configuration, container and plans, and no port.
 *
 * @throws CommandError when there is none, or what it says when it cannot be prepared
 */
export async function loadApplication(options: LoadOptions): Promise<Application> {
  const { project, entry } = options;
  const shown = relative(process.cwd(), entry);
  // Its configuration reads arguments: ours are not meant for it. And it is not the main program.
  process.argv = [process.argv[0] ?? 'node', commandFile(), ...options.rest];
  refuseToListen(shown);
  if (isTypeScript(entry)) registerTypeScript(project);
  const app = applicationIn(await imported(options), shown);
  try {
    await app.prepare();
  } catch (error) {
    throw new CommandError(`the application of ${shown} cannot be prepared: ${messageOf(error)}`, 1, { cause: error });
  }
  if (typeof app.inspect !== 'function')
    throw new CommandError(
      `the @ts-chassis/core of ${project.folder} is older than this command; install them in one version`,
    );
  return app;
}

async function imported({ project, entry, terminal }: LoadOptions): Promise<Record<string, unknown>> {
  try {
    if (project.isEsm) return (await terminal.importModule(pathToFileURL(entry).href)) as Record<string, unknown>;
    return project.require(entry) as Record<string, unknown>;
  } catch (error) {
    throw new CommandError(`cannot load ${relative(process.cwd(), entry)}: ${messageOf(error)}`, 1, { cause: error });
  }
}

function applicationIn(exports: Record<string, unknown>, shown: string): Application {
  const app = exports['app'] as Partial<Application> | undefined;
  if (typeof app?.prepare === 'function') return app as Application;
  throw new CommandError(
    `${shown} exports no application. Expected:\n  export const app = createApplication({ ... });\n  if (require.main === module) void app.run();`,
  );
}

/** A main file that starts its application when it is merely imported would open ports. */
function refuseToListen(shown: string): void {
  Server.prototype.listen = () => {
    throw new Error(
      `${shown} starts its application when it is imported; start it only as the main program: if (require.main === module) void app.run();`,
    );
  };
}
