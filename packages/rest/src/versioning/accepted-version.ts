/** What an `Accept` header says of versions. */
export interface AcceptedVersions {
  /** Those its media types name, the best liked first; none for what it leaves out with `q=0`. */
  readonly named: readonly string[];
  /** Whether it takes a media type of which it names no version, or says nothing at all. */
  readonly any: boolean;
}

const EVERYTHING: AcceptedVersions = { named: [], any: true };

/** Which versions an `Accept` header asks for by a parameter of its media types: `application/json;v=2`. Linear in the header. */
export function acceptedVersions(accept: string | undefined, parameter: string): AcceptedVersions {
  if (accept === undefined || accept.trim() === '') return EVERYTHING;
  const wanted = new Map<string, number>();
  let any = false;
  for (const range of accept.split(',')) {
    if (range.trim() === '') continue;
    const quality = Number(parameterOf(range, 'q') ?? 1);
    if (!(quality > 0)) continue;
    const version = parameterOf(range, parameter);
    if (version === undefined) any = true;
    else wanted.set(version, Math.max(quality, wanted.get(version) ?? 0));
  }
  const named = [...wanted].sort(([, one], [, other]) => other - one).map(([version]) => version);
  return { named, any };
}

/** A parameter of a media range, without its quotes. */
function parameterOf(range: string, name: string): string | undefined {
  for (const parameter of range.split(';').slice(1)) {
    const equals = parameter.indexOf('=');
    if (equals < 0 || parameter.slice(0, equals).trim().toLowerCase() !== name.toLowerCase()) continue;
    const value = parameter.slice(equals + 1).trim();
    return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
  }
  return undefined;
}
