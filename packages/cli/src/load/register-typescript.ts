import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { CommandError } from '../command-error.js';
import { installedManifest, type Project } from '../project/find-project.js';

/** What of ts-node is used. */
interface TsNode {
  register(options: { transpileOnly: boolean; cwd: string; experimentalResolver: boolean }): void;
}

/**
 * Lets this process load the TypeScript of a project, with the project's own ts-node and without checking types.
 *
 * @throws CommandError when ts-node is not there or cannot work with the project's TypeScript
 */
export function registerTypeScript(project: Project): void {
  requireTsNode(project);
  if (project.isEsm) {
    // The loader runs in a thread of its own, which is told where the project is by the environment.
    process.env['TS_NODE_CWD'] ??= project.folder;
    register('ts-node/esm/transpile-only', pathToFileURL(`${project.folder}/package.json`));
    return;
  }
  // Relative imports name the compiled file, `./part.js`; the resolver finds the source.
  const options = { transpileOnly: true, experimentalResolver: true, cwd: project.folder };
  (project.require('ts-node') as TsNode).register(options);
}

/** @throws CommandError as {@link registerTypeScript} */
export function requireTsNode(project: Project): void {
  const install = 'npm install --save-dev ts-node @swc/core typescript@~6.0.3';
  if (!installedManifest(project, 'ts-node'))
    throw new CommandError(
      `the entry is TypeScript, and ts-node is not installed in ${project.folder}: ${install}; or name a compiled entry, such as dist/main.js`,
    );
  const typescript = installedManifest(project, 'typescript');
  if (!typescript) throw new CommandError(`typescript is not installed in ${project.folder}: ${install}`);
  if (Number.parseInt(typescript.version, 10) >= 7)
    throw new CommandError(
      `typescript ${typescript.version} has no compiler API, which ts-node needs: expected ~6.0.3: ${install}`,
    );
}

/** Whether a file needs {@link registerTypeScript}. */
export function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}
