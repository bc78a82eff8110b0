import type { Operation, Parameter } from '@ts-chassis/core';
import { bodyDecoderOf, decodeJson } from './body-decoders.js';
import { BodyReading } from './body-reading.js';
import type { Codecs } from './codec.js';
import { FormObject } from './form-object.js';
import { ByteStreamPlan, ItemStreamPlan } from './items/item-stream-plan.js';
import { LINE_TYPES } from './items/item-types.js';
import { FORM, MULTIPART, parseMediaType } from './media-type.js';
import { FileRules } from './multipart/file-rules.js';
import { OpenMultipart, pairsOf, type MultipartSetting } from './multipart/multipart-form.js';
import { PartStreamPlan } from './multipart/part-stream.js';
import { uploadLimits, type UploadLimits } from './multipart/upload-limits.js';
import type { BodyPlan, IncomingBody, OpenBody } from './open-body.js';
import { ReadTypes } from './read-types.js';

/** What bodies are read with, beside what their operation says. */
export interface BodySettings {
  readonly codecs?: Codecs;
  readonly uploads?: UploadLimits;
}

/** Which bodies an operation reads; undefined when it reads none. */
export function bodyPlanOf(
  operation: Operation,
  { codecs = new Map(), uploads }: BodySettings = {},
): BodyPlan | undefined {
  const places = new Set(operation.parameters.map((parameter) => parameter.place));
  const declared = (operation.http?.consumes ?? []).map((type) => parseMediaType(type).type);
  const limits = uploads ?? uploadLimits();
  const body = operation.parameters.find(({ place }) => place === 'body');
  if (body?.stream) return streamPlanOf(body, { operation, declared, limits });
  const fallback = places.has('file') ? [MULTIPART] : places.has('form') ? [FORM] : [];
  if (!body && fallback.length === 0) return undefined;
  const consumes = declared.length > 0 ? declared : fallback;
  return new WholeBodyPlan({
    types: new ReadTypes(operation.id, consumes, codecs),
    codecs,
    form:
      body && consumes.some((type) => type === FORM || type === MULTIPART) ? new FormObject(body.schema) : undefined,
    multipart: consumes.includes(MULTIPART) ? { rules: new FileRules(operation, limits), limits } : undefined,
  });
}

interface StreamSetting {
  readonly operation: Operation;
  readonly declared: readonly string[];
  readonly limits: UploadLimits;
}

function streamPlanOf({ stream, maxBytes }: Parameter, { operation, declared, limits }: StreamSetting): BodyPlan {
  const typesOr = (fallback: readonly string[]): ((incoming: IncomingBody) => string) => {
    const types = new ReadTypes(operation.id, declared.length > 0 ? declared : fallback, new Map());
    return ({ request }) => types.typeOf(request.headers);
  };
  if (stream === 'parts') {
    return new PartStreamPlan({ typeOf: typesOr([MULTIPART]), limits, maxBytes: maxBytes ?? limits.maxBytes });
  }
  if (stream === 'bytes') return new ByteStreamPlan(typesOr(['application/octet-stream']), maxBytes ?? Infinity);
  return new ItemStreamPlan(typesOr(['application/json', ...LINE_TYPES]), maxBytes ?? Infinity);
}

interface WholeBodyOptions {
  readonly types: ReadTypes;
  readonly codecs: Codecs;
  /** For a body that may come as a form. */
  readonly form: FormObject | undefined;
  readonly multipart: MultipartSetting | undefined;
}

/** A body that is there as a whole before the method runs. */
class WholeBodyPlan implements BodyPlan {
  readonly replayable = true;

  constructor(private readonly options: WholeBodyOptions) {}

  open(incoming: IncomingBody): OpenBody {
    const { types, form, multipart } = this.options;
    const { headers } = incoming.request;
    if (types.isPlainJson && headers['content-type'] === 'application/json')
      return BodyReading.of(incoming, decodeJson);
    const type = types.typeOf(headers);
    if (multipart && type === MULTIPART) {
      const open = new OpenMultipart(incoming, multipart);
      return form ? new ObjectBody(open, form) : open;
    }
    return BodyReading.of(incoming, bodyDecoderOf(type, this.options));
  }
}

/** A multipart form that is one object to the method. */
class ObjectBody implements OpenBody {
  readonly arrived: unknown;

  constructor(
    private readonly open: OpenBody,
    private readonly form: FormObject,
  ) {
    this.arrived = open.arrived;
  }

  value(arrived: unknown): unknown {
    return this.form.of(pairsOf(arrived));
  }

  fail(error: Error): void {
    this.open.fail(error);
  }

  close(): Promise<void> | undefined {
    return this.open.close();
  }
}
