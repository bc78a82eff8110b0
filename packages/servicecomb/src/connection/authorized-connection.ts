import { serviceCombError } from '../codes.js';
import type { Answer, Connection, Request, Socket, SocketListener } from './connection.js';
import type { TokenSource } from './token-source.js';

const UNAUTHORIZED = 401;

/** A connection whose requests and websockets bear a token; one that is refused is renewed once. */
export class AuthorizedConnection implements Connection {
  constructor(
    private readonly inner: Connection,
    private readonly tokens: TokenSource,
    /** Whom it speaks to, in messages. */
    private readonly name: string,
  ) {}

  async request(request: Request): Promise<Answer> {
    const token = await this.tokens.token();
    const answer = await this.inner.request(authorized(request, token));
    if (answer.status !== UNAUTHORIZED) return answer;
    if (!this.tokens.refused(token)) throw this.#unauthorized(request, answer, token);
    const renewed = await this.tokens.token();
    const second = await this.inner.request(authorized(request, renewed));
    if (second.status === UNAUTHORIZED) throw this.#unauthorized(request, second, renewed);
    return second;
  }

  open(request: Pick<Request, 'path' | 'query' | 'headers'>, listener: SocketListener): Socket {
    let socket: Socket | undefined;
    let isWanted = true;
    let isOver = false;
    const end: SocketListener['closed'] = (ended) => {
      if (isOver) return;
      isOver = true;
      listener.closed(ended);
    };
    const opened = (token: string | undefined): void => {
      if (!isWanted) return;
      socket = this.inner.open(authorized(request, token), {
        opened: () => listener.opened?.(),
        message: (text) => listener.message?.(text),
        ping: () => listener.ping?.(),
        closed: (ended) => {
          // the next one is opened with another
          if (ended.status === UNAUTHORIZED) this.tokens.refused(token);
          end(ended);
        },
      });
    };
    this.tokens.token().then(opened, (error: Error) => end({ code: 1006, reason: '', error }));
    return {
      close: () => {
        isWanted = false;
        if (socket) socket.close();
        else queueMicrotask(() => end({ code: 1000, reason: '' }));
      },
    };
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  #unauthorized({ method, path }: Request, { address }: Answer, token: string | undefined): Error {
    const got = token === undefined ? 'none' : 'one that it refuses, though it is new';
    return serviceCombError(
      'REGISTRY_UNAUTHORIZED',
      `${this.name} at ${address}: ${method} ${path}: expected the token of an account (servicecomb.credentials.account), got ${got}`,
    );
  }
}

function authorized<T extends Pick<Request, 'headers'>>(request: T, token: string | undefined): T {
  if (token === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
