import { defineSchema, jsonSpec, type Plugin, type SchemaInfo } from '@ts-chassis/core';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { restError } from '../codes.js';
import { FileFinder } from './file-finder.js';

/**
 * Which files {@link staticFiles} serves, and how.
 *
 * @example
 * ```ts
 * const options: StaticFilesOptions = { path: '/assets', root: 'public', maxAgeMs: 86_400_000 };
 * ```
 */
export interface StaticFilesOptions {
  /** Under which the files are; `/` for what no other route answers. Default `/`. */
  readonly path?: string;
  /** The folder, relative to the working directory. */
  readonly root: string;
  /** The file that stands for a folder; default `index.html`, false for none. */
  readonly index?: string | false;
  /** How long a client may keep a file without asking again, in milliseconds; default 0: it asks each time, and is told 304 when nothing changed. */
  readonly maxAgeMs?: number;
  /** Whether files never change under their names; default false. */
  readonly immutable?: boolean;
  /** Whether files and folders whose names begin with a dot are served; default `ignore`: they are not there. */
  readonly dotfiles?: 'ignore' | 'allow';
  /** Whether links may lead out of the folder; default false: what they point to is not there. */
  readonly followLinks?: boolean;
  /**
   * Whether a path without an extension that is no file is answered with the index at the root, for applications that route in the browser; only for
   * clients that ask for HTML. Default false.
   */
  readonly spa?: boolean;
  /** Listeners that serve the files; default the plain one, `rest`. */
  readonly listeners?: readonly string[];
}

/**
 * Serves a folder of files: `GET` and `HEAD` with conditional requests, ranges and a media type by the extension. They are an ordinary schema, so
 * that handlers see each request, though no document lists them; other routes win over them. What leads out of the folder is not there: 404.
 *
 * @throws ChassisError `ROUTE_INVALID`, when the application is prepared, for a folder that is not there
 *
 * @example
 * ```ts
 * createApplication({ plugins: [rest(), staticFiles({ path: '/assets', root: 'public', maxAgeMs: 86_400_000 })] });
 * ```
 */
export function staticFiles(options: StaticFilesOptions): Plugin {
  const path = `/${(options.path ?? '/').replace(/^\/+|\/+$/g, '')}`;
  const name = path.slice(1).replace(/[^A-Za-z0-9_.-]+/g, '-') || 'root';
  return {
    name: `static-files:${[path, ...(options.listeners ?? [])].join(' ')}`,
    needs: ['rest'],
    install(host) {
      host.schema(() => schemaOf(options, path, name), { published: false });
    },
  };
}

function schemaOf(options: StaticFilesOptions, path: string, name: string): SchemaInfo {
  const root = resolve(options.root);
  if (!isFolder(root))
    throw restError('ROUTE_INVALID', `staticFiles: root: expected a folder, got ${root}, which is none`);
  const finder = new FileFinder(root, options);
  const asked = { request: { place: 'request', type: jsonSpec({}) } } as const;
  const produces = ['*/*'];
  const returns = jsonSpec({ type: 'string', contentEncoding: 'base64' });
  return defineSchema({
    id: `static.${name}`,
    path,
    ...(options.listeners && { listeners: options.listeners }),
    operations: {
      root: {
        http: { method: 'GET', path: '', produces },
        returns,
        parameters: asked,
        run: (request: { url: string }) => finder.find('', request),
      },
      file: {
        http: { method: 'GET', path: '/{file:*}', produces },
        returns,
        parameters: { file: { place: 'path', type: String }, ...asked },
        run: (file: string, request: { url: string }) => finder.find(file, request),
      },
    },
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
