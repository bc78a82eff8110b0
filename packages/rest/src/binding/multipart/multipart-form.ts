import type { Pairs } from '../query.js';
import type { IncomingBody, OpenBody } from '../open-body.js';
import { RequestStream } from '../request-stream.js';
import { beginBody } from '../begin-body.js';
import { tooLarge } from '../too-large.js';
import { fieldText } from './field-text.js';
import { fileTooLarge, type FileRules } from './file-rules.js';
import type { FileUpload } from './file-upload.js';
import { boundaryOf, PartReader, tooMany, type ArrivingPart } from './part-reader.js';
import { StoredFile } from './stored-file.js';
import { UploadFolder } from './upload-folder.js';
import type { UploadLimits } from './upload-limits.js';

/** A form with files: its fields as names and values in turn, and its files. */
export class MultipartForm {
  readonly pairs: string[] = [];
  readonly files: FileUpload[] = [];
}

/** The pairs of a form, whichever way it came; of an object, as middleware puts one into `request.body`, its entries. */
export function pairsOf(body: unknown): Pairs {
  if (Array.isArray(body)) return body as Pairs;
  if (body instanceof MultipartForm) return body.pairs;
  if (typeof body !== 'object' || body === null) return [];
  const values = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);
  return Object.entries(body).flatMap(([name, value]) =>
    values(value).flatMap((item) => [name, typeof item === 'object' ? JSON.stringify(item) : String(item)]),
  );
}

/** What all multipart bodies of an operation are read by. */
export interface MultipartSetting {
  readonly rules: FileRules;
  readonly limits: UploadLimits;
}

/** A multipart body whose files go to the disk as they come. */
export class OpenMultipart implements OpenBody {
  readonly arrived: Promise<MultipartForm>;
  readonly #stream: RequestStream;
  readonly #folder: UploadFolder;
  readonly #counts = new Map<string, number>();
  readonly #form = new MultipartForm();
  #fieldBytes = 0;
  #files = 0;

  /** @throws ChassisError for what the headers say already */
  constructor(
    private readonly incoming: IncomingBody,
    private readonly setting: MultipartSetting,
  ) {
    const { rules, limits } = setting;
    const boundary = boundaryOf(incoming.request.headers['content-type'] ?? '');
    this.#folder = new UploadFolder(limits.folder);
    this.#stream = beginBody(incoming, rules.maxBytes);
    this.arrived = this.#read(new PartReader(this.#stream, { boundary, limits }));
    // Whoever waits for it is told; when nobody does any more, the process need not end.
    this.arrived.catch(() => undefined);
  }

  value(arrived: unknown): unknown {
    return arrived;
  }

  fail(error: Error): void {
    this.#stream.destroy(error);
  }

  close(): Promise<void> | undefined {
    this.#stream.destroy();
    this.incoming.request.resume();
    const removing = this.arrived.then(
      () => this.#folder.remove(),
      () => this.#folder.remove(),
    );
    return removing;
  }

  async #read(parts: PartReader): Promise<MultipartForm> {
    try {
      for await (const part of parts) {
        if (part.head.filename === undefined) await this.#field(part);
        else await this.#file(part);
      }
    } catch (error) {
      this.#stream.destroy();
      throw error;
    }
    return this.#form;
  }

  async #field({ head, content }: ArrivingPart): Promise<void> {
    const { maxFields, maxFieldBytes } = this.setting.limits;
    const { pairs } = this.#form;
    if (pairs.length >= maxFields * 2) throw tooMany('fields', maxFields);
    const text = await fieldText(head, content, maxFieldBytes);
    this.#fieldBytes += head.name.length + text.length;
    const { maxBodyBytes } = this.incoming.limits;
    if (maxBodyBytes > 0 && this.#fieldBytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
    pairs.push(head.name, text);
  }

  async #file({ head, content }: ArrivingPart): Promise<void> {
    const { name, filename = '', type } = head;
    const { maxFiles } = this.setting.limits;
    if (++this.#files > maxFiles) throw tooMany('files', maxFiles);
    const count = this.#counts.get(name) ?? 0;
    const rule = isUnchosen(head) ? undefined : this.setting.rules.find(head, count);
    if (!rule) {
      content.resume();
      return;
    }
    this.#counts.set(name, count + 1);
    const limit = rule.maxBytes;
    const { path, size } = await this.#folder.store(content, limit, () => fileTooLarge(name, limit));
    this.#form.files.push(new StoredFile({ field: name, filename, type, size, path }));
  }
}

/** Browsers send a part without a name for a file that was not chosen. */
function isUnchosen({ filename }: ArrivingPart['head']): boolean {
  return filename === '';
}
