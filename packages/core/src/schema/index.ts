export { Arg, type ArgOptions, type ParameterOptions } from './arg.js';
export { defineSchema, type DetailedResult, type OperationDefinition, type SchemaDefinition } from './define-schema.js';
export { Describe } from './describe.js';
export { Dto, type DtoOptions, type Extra } from './dto.js';
export { Field, type FieldOptions } from './field.js';
export {
  HttpVersionKey,
  VERSION_NEUTRAL,
  type HttpVersion,
  type HttpVersionMark,
  type VersionBy,
} from './http-version.js';
export { Implements } from './implements.js';
export type { JsonSchema } from './json-schema.js';
export { jsonSpec, type JsonSpec } from './json-spec.js';
export type {
  BodyStream,
  FileLimits,
  HttpBinding,
  Operation,
  Parameter,
  ParameterPlace,
  Result,
  RpcBinding,
  SchemaInfo,
} from './operation.js';
export {
  ConsumesKey,
  HttpHeadersKey,
  HttpRouteKey,
  HttpStatusKey,
  OperationKey,
  ProducesKey,
  ReturnsKey,
  RpcKey,
  type HttpRoute,
  type OperationMark,
  type ReturnsMark,
  type RpcMark,
} from './operation-keys.js';
export { annotateParameter, ParametersKey, type ParameterMark, type ParameterSite } from './parameter-mark.js';
export type { PathSegment } from './path-segments.js';
export { joinPaths, parsePath, PathTemplate } from './path-template.js';
export { LinearPattern, type LinearPatternOptions } from './pattern/linear-pattern.js';
export { readSchema } from './read-schema.js';
export { remote } from './remote.js';
export { Returns, type ReturnsDecorator, type ReturnsOptions } from './returns.js';
export { Schema, SchemaKey, type SchemaOptions } from './schema.js';
export type { Spec, TypeOf } from './spec.js';
export type { StandardProps, StandardResult, StandardSchema } from './standard-schema.js';
export type { TypeOptions } from './type-options.js';
export type { Fault, ValueType } from './value-type.js';
export { nativeTypeOf, type NativeType } from './nodes/native-type.js';
export type { Direction } from './nodes/standard-json.js';
export { valueTypeOf, type ValueTypeOptions } from './value-type-of.js';
