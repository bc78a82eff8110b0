import type { IncomingHttpHeaders } from 'node:http';
import { Fields } from '../state/fields.js';
import { invalid } from '../registry-failure.js';

/** One request: what its path, query, headers and body say. */
export class Call {
  constructor(
    /** What the path has in the place of a name. */
    readonly parameters: Readonly<Record<string, string>>,
    readonly query: URLSearchParams,
    private readonly headers: IncomingHttpHeaders,
    private readonly text = '',
  ) {}

  /** `{domain}/{project}`. */
  get tenant(): string {
    return `${this.header('x-domain-name') || 'default'}/${this.parameter('project')}`;
  }

  /** Empty when it is not in the path. */
  parameter(name: string): string {
    return this.parameters[name] ?? '';
  }

  /** Empty when it is not there. */
  header(name: string): string {
    const value = this.headers[name];
    return typeof value === 'string' ? value : '';
  }

  /** Empty when it is not there. */
  asked(name: string): string {
    return this.query.get(name) ?? '';
  }

  /** Whether the revision that the asker knows is still the right one. */
  knows(revision: string): boolean {
    return !this.query.has('noCache') && this.asked('rev') === revision;
  }

  /** @throws RegistryFailure when it is no JSON object */
  body(): Fields {
    let value: unknown;
    try {
      value = JSON.parse(this.text);
    } catch (error) {
      throw invalid(asTold(error as Error, this.text));
    }
    if (value === null) throw invalid('Request body is empty');
    return Fields.of(value, 'body');
  }
}

/** What is wrong with a JSON text: what service-center says for what is most often wrong, else what Node.js says. */
function asTold({ message }: Error, text: string): string {
  if (message === 'Unexpected end of JSON input') return 'unexpected end of JSON input';
  const at = /^Expected property name or '}' in JSON at position (\d+)/.exec(message)?.[1];
  if (at === undefined) return message;
  return `invalid character '${text.charAt(Number(at))}' looking for beginning of object key string`;
}
