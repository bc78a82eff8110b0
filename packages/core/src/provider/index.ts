export { createParamDecorator, type ParamDecoratorFactory } from './create-param-decorator.js';
export { mapError, MapErrors, type ErrorMapping, type MappedError } from './error-mapping.js';
