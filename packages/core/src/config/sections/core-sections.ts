import type { Section } from '../section.js';
import { CipherSection } from './cipher.js';
import { ConfigClientSection } from './config-client.js';
import { HandlerChainSection } from './handler-chain.js';
import { HealthSection } from './health.js';
import { LifecycleSection } from './lifecycle.js';
import { LogSection } from './log.js';
import { NoRefreshSchemaSection, OpenApiSection } from './openapi.js';
import { ProtocolSection } from './protocols.js';
import { RegionSection } from './region.js';
import { DnsRegistrySection } from './registry-dns.js';
import { StaticRegistrySection } from './registry-static.js';
import { RegistrySection } from './registry.js';
import { ServiceSection } from './service.js';
import { TransportSection } from './transport.js';

/**
 * The sections that core itself reads. An application adds those of its plug-ins and its own.
 *
 * @example
 * ```ts
 * const config = createConfig({ sections: [...CORE_SECTIONS, ShopSection], sources, clock, logger });
 * ```
 */
export const CORE_SECTIONS: readonly Section<unknown>[] = [
  ServiceSection,
  RegistrySection,
  StaticRegistrySection,
  DnsRegistrySection,
  ProtocolSection,
  TransportSection,
  HandlerChainSection,
  LogSection,
  HealthSection,
  LifecycleSection,
  OpenApiSection,
  NoRefreshSchemaSection,
  ConfigClientSection,
  RegionSection,
  CipherSection,
];
