import type { Clock } from '@ts-chassis/core';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';

/** How spans are posted. */
export interface PosterOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Why a collector did not take what was posted. */
export class PostFailure extends Error {
  /** @param final - it never will: the same again would be refused again */
  constructor(
    message: string,
    readonly final: boolean,
  ) {
    super(message);
  }
}

/** Posts JSON to one address, over one connection that is kept. */
export class Poster {
  #agent: Agent | undefined;

  constructor(private readonly options: PosterOptions) {}

  /** @throws PostFailure when it was not taken */
  async post(body: string): Promise<void> {
    const { clock, timeoutMs } = this.options;
    const bytes = Buffer.from(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = this.#request(bytes.length, resolve);
      const stop = clock.after(timeoutMs, () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      request.on('close', stop);
      request.on('error', (error) => reject(new PostFailure(messageOf(error), false)));
      request.end(bytes);
    });
    const { statusCode = 0 } = response;
    response.on('error', () => undefined).resume();
    if (statusCode < 200 || statusCode > 299) throw refused(statusCode);
  }

  /** Ends the connection; a later post opens another. */
  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  #request(length: number, answered: (response: IncomingMessage) => void): ClientRequest {
    const { url, headers } = this.options;
    // loaded when the first spans are sent
    const { Agent, request } = (
      url.protocol === 'https:' ? require('node:https') : require('node:http')
    ) as typeof import('node:http');
    this.#agent ??= new Agent({ keepAlive: true, maxSockets: 1 });
    return request(
      url,
      {
        method: 'POST',
        agent: this.#agent,
        headers: { ...headers, 'content-type': 'application/json', 'content-length': length },
      },
      answered,
    );
  }
}

/** 408 and 429 ask for patience; any other 4xx says that what was sent is wrong. */
function refused(status: number): PostFailure {
  const final = status < 500 && status !== 408 && status !== 429;
  return new PostFailure(`answered with status ${status}`, final);
}

function messageOf(error: Error & { readonly code?: string }): string {
  return error.message || error.code || error.name;
}
