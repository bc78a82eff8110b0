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
export { ETag } from './decorators/etag.js';
export { Header, HttpCode, Produces, Redirect, Sse } from './decorators/reply.js';
export { Delete, Get, Head, Options, Patch, Post, Put } from './decorators/routes.js';
export { rest } from './plugin.js';
export { contentDisposition } from './replies/content-disposition.js';
export { cookie, removedCookie, withCookies, type CookieOptions } from './replies/cookie.js';
export { fileReply, type FileReplyOptions } from './replies/file-reply.js';
export { redirectTo, type RedirectStatus } from './replies/redirect-to.js';
export { requirePreconditions, type ResourceState } from './replies/require-preconditions.js';
export { sse, ServerSentEvent, type EventOptions } from './replies/server-sent-event.js';
export type { Problem } from './server/problem.js';
export { producedType } from './server/produced-type.js';
export { staticFiles, type StaticFilesOptions } from './static-files/static-files.js';
export { kindOfStatus, STATUS_OF_KIND } from './status.js';
