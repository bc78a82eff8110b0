import {
  defineSchema,
  jsonSpec,
  NotFound,
  parsePath,
  replyWith,
  type Plugin,
  type Reply,
  type SchemaInfo,
} from '@ts-chassis/core';
import { join } from 'node:path';
import { restError } from '../codes.js';
import { fileReply } from '../replies/file-reply.js';
import { swaggerFolder } from './swagger-folder.js';
import { CONTENT_POLICY, initializerText, pageText } from './swagger-page.js';

/**
 * Where {@link swaggerUi} stands.
 *
 * @example
 * ```ts
 * const options: SwaggerUiOptions = { path: '/docs', listeners: ['rest-admin'] };
 * ```
 */
export interface SwaggerUiOptions {
  /** The path of the page; default `/swagger`. */
  readonly path?: string;
  /** The listeners that show it, each its own document; default the plain one, `rest`. */
  readonly listeners?: readonly string[];
}

/** Of `swagger-ui-dist`, all that a browser asks for. */
const FILES: ReadonlySet<string> = new Set([
  'swagger-ui.css',
  'index.css',
  'swagger-ui-bundle.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
]);

/** They change with the package only, and are asked for by `ETag` after that. */
const MAX_AGE_MS = 3_600_000;

/**
 * Shows the document of a listener, `/openapi.json`, as a page on which its operations can be read and tried out. Its parts come from
 * the package `swagger-ui-dist`, which is installed beside this one: `npm install swagger-ui-dist`. Nothing comes from elsewhere, no
 * script stands in the page, so helmet's default policy lets it work. Who may see it is decided as for all operations: its schema
 * `swagger-ui` passes the chain of the listener.
 *
 * @param options - path and listeners
 * @throws ChassisError when the application is planned: `PACKAGE_MISSING` without the package, `ROUTE_INVALID` for a path with parameters
 *
 * @example
 * ```ts
 * export const app = createApplication({ modules: [CatalogModule], plugins: [rest(), swaggerUi()] });
 * ```
 */
export function swaggerUi(options: SwaggerUiOptions = {}): Plugin {
  return {
    name: 'swagger-ui',
    needs: ['rest'],
    install(host) {
      host.schema(({ identity }) => schemaOf(options, identity.service), { published: false });
    },
  };
}

function schemaOf({ path = '/swagger', listeners }: SwaggerUiOptions, service: string): SchemaInfo {
  const { segments } = parsePath(path, 'swaggerUi');
  const steps = segments.flatMap((segment) => (segment.kind === 'static' ? [segment.encoded] : []));
  if (steps.length === 0 || steps.length < segments.length)
    throw restError('ROUTE_INVALID', `swaggerUi: path: expected one such as /swagger, without parameters, got ${path}`);
  const folder = swaggerFolder();
  const page = pageText(service);
  const initializer = initializerText(`${'../'.repeat(steps.length)}openapi.json`);
  const returns = jsonSpec({ type: 'string' });
  const nosniff = ['x-content-type-options', 'nosniff'] as const;
  return defineSchema({
    id: 'swagger-ui',
    path,
    ...(listeners && { listeners }),
    operations: {
      page: {
        http: {
          method: 'GET',
          path: '',
          produces: ['text/html'],
          headers: [['content-security-policy', CONTENT_POLICY], nosniff],
        },
        parameters: { request: { place: 'request' } },
        returns,
        run: (request: { url?: string }) => answered(request.url ?? '', steps.at(-1)!, page),
      },
      file: {
        http: { method: 'GET', path: '/{file}', produces: ['*/*'], headers: [nosniff] },
        parameters: { file: { place: 'path', type: String } },
        returns,
        run: (file: string) => (file === 'initializer.js' ? initializerReply(initializer) : fileOf(folder, file)),
      },
    },
  });
}

/** The page, whose links stand below it: without a slash at its end it is elsewhere. */
function answered(url: string, name: string, page: string): Reply {
  const [path = '', query] = url.split('?', 2);
  const headers = { 'cache-control': 'no-cache' };
  if (path.endsWith('/')) return replyWith(page, { headers });
  const location = `${name}/${query === undefined ? '' : `?${query}`}`;
  return replyWith(undefined, { status: 308, headers: { ...headers, location } });
}

function initializerReply(text: string): Reply {
  const headers = { 'cache-control': 'no-cache', 'content-type': 'text/javascript; charset=utf-8' };
  return replyWith(text, { headers });
}

function fileOf(folder: string, file: string): Promise<Reply> {
  if (!FILES.has(file)) throw NotFound('there is no such file');
  return fileReply(join(folder, file), { maxAgeMs: MAX_AGE_MS, shared: true });
}
