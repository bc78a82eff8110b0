/** What is proven with real programs; docs/interop.md shows the same, and a test compares them. */
export interface MatrixRow {
  readonly id: string;
  readonly what: string;
  /** Where it is run; the reason where it is not. */
  readonly center: 'yes' | `skipped: ${string}`;
  readonly dev: 'yes' | '-' | `skipped: ${string}`;
}

/** Both lanes: what a real service-center and the development registry are both held to. */
const both = <Id extends string>(id: Id, what: string) => ({ id, what, center: 'yes', dev: 'yes' }) as const;
/** What needs KIE or a part that the development registry does not have. */
const real = <Id extends string>(id: Id, what: string) => ({ id, what, center: 'yes', dev: '-' }) as const;

export const CALLS = [
  both('go-ts-rest', 'Go calls TypeScript over REST: path, query, header, JSON body, status of an error'),
  both('go-ts-context', 'Go calls TypeScript: the caller and its context arrive'),
  both('go-ts-grpc', 'Go calls TypeScript over gRPC: message, metadata, status of an error'),
  both('go-ts-canary', 'Go chooses TypeScript instances by version and by header'),
  both('go-ts-limit', 'Go is limited by a TypeScript provider'),
  both('go-ts-breaker', 'Go opens its circuit on a TypeScript provider, and closes it'),
  both('ts-go-rest', 'TypeScript calls Go over REST: path, query, header, JSON body, status of an error'),
  both('ts-go-context', 'TypeScript calls Go: the caller and its headers arrive'),
  both('ts-go-grpc', 'TypeScript calls Go over gRPC: message, metadata, status of an error'),
  both('ts-go-canary', 'TypeScript chooses Go instances by version and by header'),
  both('ts-go-limit', 'TypeScript is limited by a Go provider over REST'),
  both('ts-go-breaker', 'TypeScript opens its circuit on a Go provider, and closes it'),
  both('ts-go-sticky', 'TypeScript stays at one Go instance by the session cookie'),
] as const;

export const CHAINS = [
  both('go-ts-go', 'Go calls TypeScript calls Go: caller, B3 ids and plain headers arrive whole'),
  both('ts-go-ts', 'TypeScript calls Go calls TypeScript: of x-cse-context only the caller passes Go'),
] as const;

export const RECORDS = [
  both('records', 'what TypeScript registers, field by field beside what Go registers'),
  both('contracts', 'contracts of TypeScript can be read from the registry, and called by'),
  both('drain', 'who stops is withdrawn, and its callers lose no call'),
] as const;

export const OUTAGES = [
  both('restart-with-data', 'the registry is killed and comes back with its data: no call fails'),
  both(
    'restart-without-data',
    'the registry comes back without its data: no call fails, all are registered again under their old ids',
  ),
  both('cut', 'the network to the registry is cut for a while: no call fails'),
  both('slow', 'the network to the registry is slow: no call fails'),
] as const;

export const CONFIGURATION = [
  real('kie-limit', 'a rate limit is changed in KIE while calls run; Go and TypeScript read the same key'),
  real('kie-route', 'the weight of a route is changed in KIE while calls run; Go and TypeScript read the same key'),
  real('kie-breaker', 'a circuit breaker is changed in KIE while calls run; Go and TypeScript read the same key'),
  real('kie-outage', 'KIE is killed and comes back while calls run: what it said last counts, then what it says next'),
  real('kie-late', 'TypeScript starts without KIE, and takes what it says when it comes'),
] as const;

export const TRUST = [
  real(
    'rbac',
    'Go and TypeScript log in to a service-center with accounts; its tokens are renewed when they are refused',
  ),
  real('tls', 'TypeScript speaks TLS with service-center, and refuses one that it does not trust'),
  real('mutual-tls', 'TypeScript shows a service-center that asks for it who it is'),
  real('kie-rbac', 'TypeScript shows KIE the token that its registry gave it'),
  real('kie-tls', 'TypeScript and KIE show each other who they are'),
] as const;

export const JAVA = [
  both('java-ts', 'a Java consumer calls a TypeScript provider by its contract'),
  both('ts-java', 'TypeScript calls a Java provider'),
] as const;

export const MATRIX: readonly MatrixRow[] = [
  ...CALLS,
  ...CHAINS,
  ...RECORDS,
  ...OUTAGES,
  ...TRUST,
  ...CONFIGURATION,
  ...JAVA,
];

const BEGIN = '<!-- matrix: begin -->';
const END = '<!-- matrix: end -->';

/** The table as the documentation shows it. */
export function matrixTable(): string {
  const rows = MATRIX.map(({ id, what, center, dev }) => `| \`${id}\` | ${what} | ${center} | ${dev} |`);
  return ['| case | what | service-center | development registry |', '|---|---|---|---|', ...rows].join('\n');
}

/** The table that a page has; undefined for none. */
export function tableIn(page: string): string | undefined {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) return undefined;
  return page
    .slice(from + BEGIN.length, to)
    .trim()
    .replace(/ +\|/g, ' |')
    .replace(/\|[-| ]+\|/, '|---|---|---|---|');
}

/** The cases of a group, by their ids: a group with a case too few or too many does not compile. */
export type CasesOf<Rows extends readonly MatrixRow[], Stage> = Readonly<
  Record<Rows[number]['id'], (stage: Stage) => Promise<void>>
>;
