import type { Files } from '../../generate/schema-files.js';
import type { ProjectOptions } from '../project-options.js';

const EDITOR = '# yaml-language-server: $schema=../node_modules/@ts-chassis/core/schema/configuration.schema.json\n';

/** The files of `conf/`. */
export function configurationFiles({ name, metrics, tracing }: ProjectOptions): Files {
  return {
    'conf/microservice.yaml': `${EDITOR}servicecomb:
  service:
    name: ${name}
    version: 0.1.0
`,
    'conf/chassis.yaml': `${EDITOR}servicecomb:
  protocols:
    rest:
      listenAddress: 127.0.0.1:\${PORT||8080}
      # All who reach this listener are believed when they say who calls, until when and in which trace:
      # right inside a network of your own, wrong where strangers call. Then say none.
      trust: peers
${metrics ? METRICS : ''}${tracing ? TRACING : ''}`,
  };
}

const METRICS = `
  # Served at /metrics.
  metrics:
    enable: true
`;

const TRACING = `
# Where spans go, such as http://127.0.0.1:9411/api/v2/spans; without an address nothing is traced.
tracing:
  settings:
    URI: \${ZIPKIN_URI||}
`;
