// Replaces what differs from run to run of the same code (ids, tokens, times, versions, the order of members) by placeholders;
// everything else stays as it was sent, including the order of JSON members.

import { isObject, type Json } from '../../lambdas/scim/json.ts';

export interface Normaliser {
  /** Learns the ids in the answer to a creation; they are numbered by type, `<User 1>`. */
  readonly learn: (answer: { readonly location?: string | undefined; readonly body: string }) => void;
  readonly text: (text: string) => string;
  readonly json: (value: Json, name?: string) => Json;
}

/** Members whose text differs in each run. */
const MADE_ANEW: Readonly<Record<string, string>> = {
  incarnation: '<incarnation>',
  keyId: '<key>',
  retiredKeyId: '<key>',
  requestId: '<request>',
  secret: '<signing secret>',
  sequence: '<sequence>',
  nextCursor: '<cursor>',
  previousCursor: '<cursor>',
  replay: '<replay>',
};

/** Lists without an order. */
const UNORDERED = ['Resources', 'members', 'groups', 'ids', 'revokedKeyIds'];

const PATTERNS: readonly (readonly [pattern: RegExp, placeholder: string])[] = [
  [/scim1\.([a-z0-9-]+)\.[\w.-]{20,}/g, '<token of $1>'],
  [/whsec_[\w+/=-]+/g, '<signing secret>'],
  // One or two: for a day after a rotation, the previous secret signs as well.
  [/v1,[A-Za-z0-9+/]{43}=(?: v1,[A-Za-z0-9+/]{43}=)*/g, 'v1,<signature>'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, '<time>'],
  [/\b1[6-9]\d{8}(?:\d{3})?\b/g, '<epoch>'],
  [/W\/"[^"]*"/g, 'W/"#"'],
  [/\b(127\.0\.0\.1|localhost):\d+/g, '$1:<port>'],
  [/\bon port \d+/g, 'on port <port>'],
  [/\b[0-9a-f]{64}\b/g, '<hash>'],
  // The simulator's random values: texts, an object id before a name, the domain of a run.
  [/[0-9a-f]{32}/gi, '<object>'],
  [/-[0-9a-f]{8}(?=\.veldt\.example)/gi, '-<run>'],
  [/(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])/gi, '<random>'],
];

const isEpoch = (value: number) => (value > 1.6e9 && value < 2e9) || (value > 1.6e12 && value < 2e12);

const byText = (one: Json, other: Json) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

/** Creates a normaliser for a recording with these tenants. */
export const createNormaliser = (tenants: readonly string[]): Normaliser => {
  const ids = new Map<string, string>();
  const counts = new Map<string, number>();
  const incarnation = new RegExp(`\\b(${tenants.join('|')})\\.[a-z0-9]{6}(?![\\w-])`, 'g');

  const learnLocation = (location: string) => {
    const [, endpoint = '', id = ''] = /\/(\w+)\/([^/]+)$/.exec(location) ?? [];
    if (id === '' || ids.has(id)) return;
    const typeName = endpoint.replace(/s$/, '');
    const count = (counts.get(typeName) ?? 0) + 1;
    counts.set(typeName, count);
    ids.set(id, `<${typeName} ${count}>`);
  };

  const text = (given: string): string => {
    let normal = given.replaceAll(/[\w-]{8,}/g, (word) => ids.get(word) ?? word);
    for (const [pattern, placeholder] of PATTERNS) normal = normal.replaceAll(pattern, placeholder);
    return normal.replaceAll(incarnation, '$1.<incarnation>');
  };

  const json = (value: Json, name = ''): Json => {
    if (typeof value === 'string') return MADE_ANEW[name] ?? text(value);
    if (typeof value === 'number') return isEpoch(value) ? '<epoch>' : value;
    if (Array.isArray(value)) {
      const elements = value.map((element) => json(element));
      return UNORDERED.includes(name) ? elements.sort(byText) : elements;
    }
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [text(key), json(part, key)]));
  };

  return {
    learn: ({ location, body }) => {
      if (location !== undefined) learnLocation(location);
      for (const [, found = ''] of body.matchAll(/"location":"([^"]+)"/g)) learnLocation(found);
    },
    text,
    json,
  };
};
