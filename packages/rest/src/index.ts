export { CodecPort, type Codec } from './binding/codec.js';
export { fileOf, type FileOptions } from './binding/multipart/file-of.js';
export { FileUpload } from './binding/multipart/file-upload.js';
export type { FieldPart, FilePart, Part } from './binding/multipart/part.js';
export type { UploadOptions } from './binding/multipart/upload-limits.js';
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
  type BodyOptions,
  type RestParameterOptions,
} from './decorators/parameters.js';
export { Consumes } from './decorators/consumes.js';
export { ETag } from './decorators/etag.js';
export { Header, HttpCode, Produces, Redirect, Sse } from './decorators/reply.js';
export { Delete, Get, Head, Options, Patch, Post, Put } from './decorators/routes.js';
export { Socket, Upgrade, type UpgradeOptions, type UpgradeRequest } from './decorators/upgrade.js';
export type { ExpressSetup } from './middleware/express-setup.js';
export type {
  ErrorMiddleware,
  ErrorMiddlewareAt,
  Middleware,
  MiddlewareAt,
  MiddlewareUse,
  Mount,
  NextFunction,
} from './middleware/middleware.js';
export { useExpress } from './middleware/use-express.js';
export { UseMiddleware } from './middleware/use-middleware.js';
export {
  Multipart,
  UploadedFile,
  UploadedFiles,
  type UploadedFileOptions,
  type UploadedFilesOptions,
} from './decorators/uploads.js';
export { Version, type VersionOptions } from './decorators/version.js';
export { rest } from './plugin.js';
export { contentDisposition } from './replies/content-disposition.js';
export { cookie, removedCookie, withCookies, type CookieOptions } from './replies/cookie.js';
export { fileReply, type FileReplyOptions } from './replies/file-reply.js';
export { redirectTo, type RedirectStatus } from './replies/redirect-to.js';
export { requirePreconditions, type ResourceState } from './replies/require-preconditions.js';
export { sse, ServerSentEvent, type EventOptions } from './replies/server-sent-event.js';
export type { RestListenerOptions, RestOptions } from './rest-options.js';
export { swaggerUi, type SwaggerUiOptions } from './swagger-ui/swagger-ui.js';
export type { Problem } from './server/problem.js';
export { producedType } from './server/produced-type.js';
export { staticFiles, type StaticFilesOptions } from './static-files/static-files.js';
export { kindOfStatus, STATUS_OF_KIND } from './status.js';
