import { isMap } from '../policy/configured-rule.js';

type Fields = Readonly<Record<string, unknown>>;

/** How version 1 wrote comparisons, the longer signs first. */
const OPERATORS: readonly (readonly [sign: string, operator: string])[] = [
  ['!=', 'noEqu'],
  ['>=', 'noLess'],
  ['<=', 'noGreater'],
  ['=', 'exact'],
  ['>', 'greater'],
  ['<', 'less'],
  ['~', 'regex'],
];

/**
 * Turns a dark-launch policy of version 1 into rules of version 2: `RATE` into one rule with weights, `RULE` into one rule for each item, tried in the
 * order written. What is no such policy is given back as it is.
 */
export function fromDarkLaunch(policy: unknown): unknown {
  if (!isMap(policy)) return policy;
  const items = policy['ruleItems'];
  if (!Array.isArray(items)) return policy;
  const rules = (items as unknown[]).filter(isMap);
  if (String(policy['policyType']).toUpperCase() === 'RATE') {
    return [
      { precedence: 1, route: rules.flatMap((item) => shared(versionsOf(item), Number(item['policyCondition']))) },
    ];
  }
  return rules.map((item) => ({
    precedence: 1,
    match: { headers: headersOf(item) },
    route: shared(versionsOf(item), 100),
  }));
}

function versionsOf(item: Fields): readonly string[] {
  const condition = typeof item['groupCondition'] === 'string' ? item['groupCondition'] : '';
  const written = Array.isArray(item['versions']) ? (item['versions'] as unknown[]).map(String) : undefined;
  const list =
    condition === ''
      ? (written ?? String((item['versions'] as string | undefined) ?? '').split(','))
      : condition.replace(/^\s*version\s*=/, '').split(',');
  return list.map((version) => version.trim()).filter((version) => version !== '');
}

/** A weight over versions; what does not divide goes to the first ones, so that nothing of it is lost. */
function shared(versions: readonly string[], weight: number): readonly Fields[] {
  const each = Math.floor(weight / versions.length);
  const over = weight - each * versions.length;
  return versions.map((version, index) => ({ weight: each + (index < over ? 1 : 0), tags: { version } }));
}

/** `user_name>=5` is a comparison of the header `UserName`. */
function headersOf(item: Fields): Fields {
  const condition = String((item['policyCondition'] as string | undefined) ?? '');
  const at = /[!<>=~]/.exec(condition)?.index ?? condition.length;
  const [sign, operator] = OPERATORS.find(([candidate]) => condition.startsWith(candidate, at)) ?? ['', 'exact'];
  const name = condition.slice(0, at).trim().replaceAll('_', '');
  const expected = condition.slice(at + sign.length).trim();
  return { [name]: { [operator]: expected, caseInsensitive: String(item['caseInsensitive'] ?? false) } };
}
