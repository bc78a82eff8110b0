export { CodecPort, type Codec } from './binding/codec.js';
export { RestClient, type FetchOptions } from './client/rest-client.js';
export type { RemoteReply } from './client/to-reply.js';
export { REST_ERRORS, type RestErrorCode, type RestErrorRow } from './codes.js';
export {
  Body,
  Context,
  Cookie,
  Form,
  Headers,
  Param,
  Query,
  Req,
  Res,
  type RestParameterOptions,
} from './decorators/parameters.js';
export { Header, HttpCode } from './decorators/reply.js';
export { Delete, Get, Head, Options, Patch, Post, Put } from './decorators/routes.js';
export { rest } from './plugin.js';
export type { Problem } from './server/problem.js';
export { kindOfStatus, STATUS_OF_KIND } from './status.js';
