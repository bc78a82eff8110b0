import { NotFound, replyWith, type Reply } from '@ts-chassis/core';
import type { IncomingHttpHeaders } from 'node:http';
import { extname } from 'node:path';
import { FileBody, type FileSending } from '../replies/file-body.js';
import { locateFile, type FileFolder, type Located } from '../replies/locate-file.js';
import { redirectTo } from '../replies/redirect-to.js';

/** What of a request decides which file it means. */
export interface FileRequest {
  readonly url?: string | undefined;
  readonly headers?: IncomingHttpHeaders;
}

interface FinderOptions extends FileSending {
  readonly index?: string | false;
  readonly dotfiles?: 'ignore' | 'allow';
  readonly followLinks?: boolean;
  readonly spa?: boolean;
}

/** A slash or a backslash that pretends to be part of a name. */
const HIDDEN_SLASH = /%2f|%5c/i;

/** Finds the files of one folder for requests. */
export class FileFinder {
  readonly #folder: FileFolder;
  readonly #index: string | undefined;
  readonly #sending: FileSending;
  readonly #spa: boolean;

  constructor(root: string, options: FinderOptions) {
    const {
      index = 'index.html',
      dotfiles = 'ignore',
      followLinks = false,
      spa = false,
      maxAgeMs,
      immutable,
    } = options;
    this.#folder = { root, dotfiles: dotfiles === 'allow', followsLinks: followLinks };
    this.#index = index === false ? undefined : index;
    this.#sending = { maxAgeMs, immutable };
    this.#spa = spa;
  }

  /**
   * @param name - decoded; empty for the folder itself
   * @throws ChassisError `NOT_FOUND`
   */
  async find(name: string, request: FileRequest): Promise<Reply> {
    const [path = '', query] = (request.url ?? '').split('?', 2);
    const found = HIDDEN_SLASH.test(path) ? undefined : await locateFile(name, this.#folder);
    if (found?.kind === 'file') return this.#reply(found);
    const index = found && (await this.#indexOf(name));
    if (index) return path.endsWith('/') ? this.#reply(index) : slashed(path, query);
    const page = this.#spa && isNavigation(name, request) ? await this.#indexOf('') : undefined;
    if (page) return this.#reply(page, { maxAgeMs: 0, immutable: false });
    throw NotFound('there is no such file');
  }

  async #indexOf(name: string): Promise<Located | undefined> {
    if (this.#index === undefined) return undefined;
    const folder = name === '' || name.endsWith('/') ? name : `${name}/`;
    const found = await locateFile(`${folder}${this.#index}`, this.#folder);
    return found?.kind === 'file' ? found : undefined;
  }

  #reply({ path }: Located, sending = this.#sending): Reply {
    return replyWith(new FileBody(path, sending), { headers: { 'x-content-type-options': 'nosniff' } });
  }
}

/** Relative links on the page of a folder need its slash. Two slashes at the front would name another host. */
function slashed(path: string, query: string | undefined): Reply {
  return redirectTo(`${path.replace(/^\/+/, '/')}/${query === undefined ? '' : `?${query}`}`, 301);
}

function isNavigation(name: string, { headers }: FileRequest): boolean {
  return extname(name) === '' && (headers?.accept?.includes('text/html') ?? false);
}
