import { ChassisError, ERROR_KINDS, Field, replyWith, Returns, Schema, type ErrorKind } from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { Body, Headers } from '@ts-chassis/rest';

/** The metadata that a server of the interop cases sends back. */
export const ECHO_INITIAL = 'x-grpc-test-echo-initial';
export const ECHO_TRAILING = 'x-grpc-test-echo-trailing-bin';

const COMPRESSABLE = 'COMPRESSABLE';
const size = { integer: true, minimum: 0, optional: true } as const;

export class Payload {
  @Field({ enum: [COMPRESSABLE], default: COMPRESSABLE }) type?: string;
  @Field({ type: Uint8Array, optional: true }) body?: Uint8Array;
}

export class EchoStatus {
  @Field({ integer: true, optional: true }) code?: number;
  @Field({ optional: true }) message?: string;
}

export class SimpleRequest {
  @Field({ enum: [COMPRESSABLE], optional: true }) responseType?: string;
  @Field(size) responseSize?: number;
  @Field({ optional: true }) payload?: Payload;
  @Field({ optional: true }) responseStatus?: EchoStatus;
}

export class SimpleResponse {
  @Field({ optional: true }) payload?: Payload;
}

export class StreamingInputCallRequest {
  @Field({ optional: true }) payload?: Payload;
}

export class StreamingInputCallResponse {
  @Field(size) aggregatedPayloadSize?: number;
}

export class ResponseParameters {
  @Field(size) size?: number;
  @Field(size) intervalUs?: number;
}

export class StreamingOutputCallRequest {
  @Field({ enum: [COMPRESSABLE], optional: true }) responseType?: string;
  @Field({ type: [ResponseParameters], optional: true }) responseParameters?: ResponseParameters[];
  @Field({ optional: true }) payload?: Payload;
  @Field({ optional: true }) responseStatus?: EchoStatus;
}

export class StreamingOutputCallResponse {
  @Field({ optional: true }) payload?: Payload;
}

/** grpc.testing.TestService, by which the official interop cases try an implementation of gRPC. */
@Schema({ id: 'grpc.testing.TestService' })
export class TestService {
  @Rpc({ method: 'EmptyCall' })
  @Returns()
  async emptyCall(): Promise<void> {}

  @Rpc({ method: 'UnaryCall' })
  @Returns(SimpleResponse)
  async unaryCall(
    @Body() request: SimpleRequest,
    @Headers(ECHO_INITIAL, { optional: true }) initial?: string,
    @Headers(ECHO_TRAILING, { optional: true }) trailing?: string,
  ): Promise<SimpleResponse> {
    failAsAsked(request.responseStatus);
    return echoing({ payload: payloadOf(request.responseSize) }, { initial, trailing });
  }

  @Rpc({ method: 'StreamingOutputCall' })
  @Returns(StreamingOutputCallResponse, { stream: true })
  async *streamingOutputCall(@Body() request: StreamingOutputCallRequest): AsyncIterable<StreamingOutputCallResponse> {
    for (const { size } of request.responseParameters ?? []) yield { payload: payloadOf(size) };
  }

  @Rpc({ method: 'StreamingInputCall' })
  @Returns(StreamingInputCallResponse)
  async streamingInputCall(
    @Body(StreamingInputCallRequest, { stream: true }) requests: AsyncIterable<StreamingInputCallRequest>,
  ): Promise<StreamingInputCallResponse> {
    let aggregatedPayloadSize = 0;
    for await (const { payload } of requests) aggregatedPayloadSize += payload?.body?.length ?? 0;
    return { aggregatedPayloadSize };
  }

  @Rpc({ method: 'FullDuplexCall' })
  @Returns(StreamingOutputCallResponse, { stream: true })
  fullDuplexCall(
    @Body(StreamingOutputCallRequest, { stream: true }) requests: AsyncIterable<StreamingOutputCallRequest>,
    @Headers(ECHO_INITIAL, { optional: true }) initial?: string,
    @Headers(ECHO_TRAILING, { optional: true }) trailing?: string,
  ): AsyncIterable<StreamingOutputCallResponse> {
    return echoing(answers(requests), { initial, trailing });
  }
}

async function* answers(
  requests: AsyncIterable<StreamingOutputCallRequest>,
): AsyncIterable<StreamingOutputCallResponse> {
  for await (const { responseParameters = [], responseStatus } of requests) {
    failAsAsked(responseStatus);
    for (const { size } of responseParameters) yield { payload: payloadOf(size) };
  }
}

/** Sends the metadata back that came, as the header and the trailer that clients look for. */
function echoing<T>(
  value: T,
  { initial, trailing }: { initial?: string | undefined; trailing?: string | undefined },
): T {
  return replyWith(value, {
    ...(initial !== undefined && { headers: { [ECHO_INITIAL]: initial } }),
    ...(trailing !== undefined && { trailers: { [ECHO_TRAILING]: trailing } }),
  }) as T;
}

/** As many zeros as were asked for. */
export function payloadOf(size = 0): Payload {
  return { type: COMPRESSABLE, body: new Uint8Array(size) };
}

function failAsAsked({ code = 0, message = '' }: EchoStatus = {}): void {
  if (code !== 0) throw new ChassisError(kindOf(code), message);
}

/** Kinds are in the order of the codes of gRPC, which begin with OK. */
function kindOf(code: number): ErrorKind {
  return ERROR_KINDS[code - 1] ?? 'UNKNOWN';
}
