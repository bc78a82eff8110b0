export type { InstanceHook } from './construction.js';
export { Container, createContainer, type ContainerOptions } from './container.js';
export { inject, injectLater } from './inject-function.js';
export { Inject, Optional, type SiteDecorator } from './inject.js';
export { Injectable } from './injectable.js';
export { annotateSite, type InjectionSite } from './injection-site.js';
export type { OnApplicationShutdown, OnModuleInit } from './lifecycle.js';
export { Module, type ConfiguredModule, type ModuleDefinition, type ModuleReference } from './module.js';
export type { ParameterResolver } from './parameter-resolver.js';
export type {
  ClassProvider,
  ExistingProvider,
  FactoryDependency,
  FactoryProvider,
  Provider,
  ValueProvider,
} from './provider.js';
export { Token, token, type Identifier } from './token.js';
