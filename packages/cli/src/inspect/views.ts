import type { ExplainedChain, Inspection } from '@ts-chassis/core';
import { table } from './table.js';

/** Which part of an inspection is shown. */
export interface View {
  /** Plain data, for `--json`. */
  data(inspection: Inspection, filter: Filter): unknown;
  /** The same for people. */
  text(inspection: Inspection, filter: Filter): string;
}

/** What is left out. */
export interface Filter {
  /** Shows the framework's own endpoints too. */
  readonly all: boolean;
  /** Part of an operation's id, a path or a key. */
  readonly search?: string;
  readonly side?: string;
}

const includes = (search: string | undefined, ...texts: readonly (string | undefined)[]): boolean =>
  search === undefined || texts.some((text) => text?.toLowerCase().includes(search.toLowerCase()));

const routes = ({ routes: every }: Inspection, { all, search }: Filter) =>
  every.filter(({ own, operation, path }) => (all || !own) && includes(search, operation, path));

const chains = (inspection: Inspection, { all, search, side }: Filter): readonly ExplainedChain[] => {
  const own = new Set(inspection.routes.filter((route) => route.own).map(({ operation }) => operation));
  return inspection.chains.filter(
    (chain) =>
      (all || !(chain.side === 'provider' && (own.has(chain.operation) || chain.operation === UNMATCHED))) &&
      (side === undefined || chain.side === side) &&
      includes(search, chain.operation),
  );
};

/** What matches no operation has a chain too. */
const UNMATCHED = 'unmatched';

const entries = ({ configuration }: Inspection, { all, search }: Filter) =>
  configuration.filter(({ key, source }) => (all || source !== 'default') && includes(search, key));

/** What `chassis inspect` can show. */
export const VIEWS: Readonly<Record<string, View>> = {
  routes: {
    data: routes,
    text: (inspection, filter) =>
      table(
        ['LISTENER', 'METHOD', 'PATH', 'RPC', 'OPERATION'],
        routes(inspection, filter).map(({ listener, method = '-', path = '-', rpc = '-', operation }) => [
          ...[listener, method, path, rpc, operation],
        ]),
      ),
  },
  chain: {
    data: chains,
    text: (inspection, filter) =>
      chains(inspection, filter)
        .map((chain) => chainText(chain, filter))
        .join('\n'),
  },
  config: {
    data: entries,
    text: (inspection, filter) =>
      table(
        ['KEY', 'VALUE', 'SOURCE', 'PLACE'],
        entries(inspection, filter).map(({ key, value, source, place }) => [
          ...[key, shortened(JSON.stringify(value) ?? ''), source, place],
        ]),
      ),
  },
};

function chainText({ side, operation, service, listener, chain, links }: ExplainedChain, { all }: Filter): string {
  const of = side === 'provider' ? `on ${listener ?? 'local'}` : side === 'consumer' ? `of ${service}` : '';
  const shown = links.filter(({ idle }) => all || !idle);
  const rows = shown.map(({ name, reason, owner = '-', idle }, index) => [
    `  ${index + 1}`,
    name,
    idle ? `${reason}, idle` : reason,
    owner,
  ]);
  const head = ['  #', 'HANDLER', 'WHY', 'FROM'];
  return `${[side, operation, of, chain && `chain ${chain}`].filter(Boolean).join(' ')}\n${table(head, rows)}`;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
