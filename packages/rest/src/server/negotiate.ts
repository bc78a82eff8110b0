/** The range of an `Accept` header that decides on a type so far. */
interface Verdict {
  specificity: number;
  quality: number;
}

/**
 * The type that an `Accept` header (RFC 9110, 12.5.1) likes best among those that can be had. For each type the most specific range decides;
 * parameters other than `q` are not looked at. Among equals the first one offered wins. Linear in the header: ranges times offers.
 *
 * @param offers - media types without parameters, in lower case; `image/*` and `*\/*` stand for any of the kind
 * @returns the position of the type; -1 when the header leaves out all of them
 */
export function negotiate(header: string, offers: readonly string[]): number {
  const verdicts = offers.map((): Verdict => ({ specificity: -1, quality: 0 }));
  let isEmpty = true;
  for (let start = 0; start <= header.length;) {
    let end = header.indexOf(',', start);
    if (end < 0) end = header.length;
    const range = header.slice(start, end).trim();
    start = end + 1;
    if (range === '') continue;
    isEmpty = false;
    judge(range, offers, verdicts);
  }
  return isEmpty ? 0 : bestOf(verdicts);
}

function judge(range: string, offers: readonly string[], verdicts: Verdict[]): void {
  const semicolon = range.indexOf(';');
  const type = (semicolon < 0 ? range : range.slice(0, semicolon)).trim().toLowerCase();
  const quality = semicolon < 0 ? 1 : qualityOf(range);
  for (const [index, verdict] of verdicts.entries()) {
    const specificity = specificityOf(type, offers[index]!);
    if (specificity <= verdict.specificity) continue;
    verdict.specificity = specificity;
    verdict.quality = quality;
  }
}

/** How closely a range names a type: 2 for the type itself, 1 for its family, 0 for any, -1 for another one. */
function specificityOf(range: string, offer: string): number {
  if (range === offer) return 2;
  if (range === '*/*') return 0;
  if (range.endsWith('/*') && offer.startsWith(range.slice(0, -1))) return 1;
  if (offer === '*/*') return 0;
  return offer.endsWith('/*') && range.startsWith(offer.slice(0, -1)) ? 1 : -1;
}

const QUALITY = /;\s*q\s*=\s*([\d.]+)\s*(?:;|$)/i;

/** What is no number counts as nothing wanted. */
function qualityOf(range: string): number {
  const quality = QUALITY.exec(range)?.[1];
  return quality === undefined ? 1 : Number(quality);
}

function bestOf(verdicts: readonly Verdict[]): number {
  let best = -1;
  for (const [index, { quality }] of verdicts.entries()) {
    if (quality > (best < 0 ? 0 : verdicts[best]!.quality)) best = index;
  }
  return best;
}
