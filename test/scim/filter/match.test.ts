import { describe, expect, test } from '@jest/globals';
import { parseFilter, parseValueFilter } from '../../../lambdas/scim/filter/filter.ts';
import { matches, matchesValue } from '../../../lambdas/scim/filter/match.ts';
import type { Json, JsonObject } from '../../../lambdas/scim/json.ts';
import { userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { type Attribute, attribute, type ResourceType } from '../../../lambdas/scim/schemas/schema.ts';

const typed: ResourceType = {
  name: 'Thing',
  endpoint: '/Things',
  description: 'One attribute of every type.',
  schema: {
    id: 'urn:example:Thing',
    name: 'Thing',
    description: '',
    attributes: [
      attribute('text', ''),
      attribute('exact', '', { caseExact: true }),
      attribute('integer', '', { type: 'integer' }),
      attribute('decimal', '', { type: 'decimal' }),
      attribute('flag', '', { type: 'boolean' }),
      attribute('time', '', { type: 'dateTime' }),
      attribute('bytes', '', { type: 'binary' }),
      attribute('words', '', { multiValued: true }),
      attribute('constructor', ''),
    ],
  },
  schemaExtensions: [],
};

describe('comparison by type', () => {
  test.each<[filter: string, resource: JsonObject, expected: boolean]>([
    ['text eq "STRASSE"', { text: 'strasse' }, true],
    ['text eq "ﬁx"', { text: 'Fix' }, true],
    ['text gt "B"', { text: 'c' }, true],
    ['exact eq "abc"', { exact: 'Abc' }, false],
    ['exact lt "a"', { exact: 'B' }, true],
    ['integer gt 9', { integer: 10 }, true],
    ['integer lt "9"', { integer: 10 }, false],
    ['decimal eq 1.50', { decimal: 1.5 }, true],
    ['flag eq true', { flag: 'True' }, true],
    ['flag ne "true"', { flag: false }, true],
    ['time eq "2026-01-01T01:00:00+01:00"', { time: '2026-01-01T00:00:00Z' }, true],
    ['time lt "2026-01-01T00:00:00.002Z"', { time: '2026-01-01T00:00:00.001Z' }, true],
    ['time gt "2026-01-01T00:00:00Z"', { time: 'soon' }, false],
    ['bytes eq "QUJD"', { bytes: 'qujd' }, false],
    ['words eq "two"', { words: ['one', 'Two'] }, true],
    ['words[value ew "e"]', { words: ['one', 'two'] }, true],
    ['words pr', { words: [] }, false],
    ['text pr', { text: '' }, false],
    ['flag pr', { flag: false }, true],
    ['integer eq 0', { integer: false }, false],
    ['constructor pr', {}, false],
    ['constructor ne "x"', {}, true],
    ['constructor eq "mine"', { constructor: 'mine' }, true],
  ])('%s', (filter, resource, expected) => {
    expect(matches(parseFilter(filter, typed), resource)).toBe(expected);
  });
});

describe('absent values', () => {
  test.each([
    ['eq', false],
    ['ne', true],
    ['co', false],
    ['sw', false],
    ['ew', false],
    ['gt', false],
    ['ge', false],
    ['lt', false],
    ['le', false],
  ])('an absent attribute satisfies %s: %s', (operator, expected) => {
    const filter = parseFilter(`title ${operator} "x"`, userType);

    expect(matches(filter, {})).toBe(expected);
    expect(matches(filter, { title: null })).toBe(expected);
  });

  test('an empty list is absent', () => {
    expect(matches(parseFilter('emails.type ne "work"', userType), { emails: [] })).toBe(true);
    expect(matches(parseFilter('emails eq null', userType), { emails: [] })).toBe(true);
  });

  test('brackets select an element, so no element satisfies even a negation', () => {
    expect(matches(parseFilter('emails[not (type eq "work")]', userType), {})).toBe(false);
  });

  test('a complex attribute of empty parts is not present', () => {
    expect(matches(parseFilter('name pr', userType), { name: { givenName: '', familyName: null } })).toBe(
      false,
    );
  });
});

describe('one element', () => {
  const emails = userType.schema.attributes.find(({ name }) => name === 'emails') as Attribute;

  test.each<[filter: string, value: Json, expected: boolean]>([
    ['type eq "work"', { type: 'Work' }, true],
    ['primary eq "True"', { primary: true }, true],
    ['type ne "work"', {}, true],
    ['value eq "x"', 'X', true],
    ['type eq "x"', 'x', false],
    ['value pr', null, false],
  ])('%s', (filter, value, expected) => {
    expect(matchesValue(parseValueFilter(filter, emails), value)).toBe(expected);
  });

  test('two filters that take turns keep their own meaning', () => {
    const work = parseValueFilter('type eq "work"', emails);
    const home = parseValueFilter('type eq "home"', emails);

    const answers = [work, home, work].map((filter) => matchesValue(filter, { type: 'work' }));

    expect(answers).toEqual([true, false, true]);
  });
});

describe('the cost of one resource is bounded', () => {
  const chain = (condition: string, count: number) =>
    parseFilter(Array<string>(count).fill(condition).join(' or '), userType);
  const ims = Array.from({ length: 16_000 }, () => ({ value: 'aaaaaaaaaaaa' }));

  test('a long filter on a long list is given up as tooMany', () => {
    expect(() => matches(chain('ims co "q"', 280), { ims })).toThrow(
      expect.objectContaining({ status: 400, scimType: 'tooMany' }),
    );
  });

  test('a long filter on a person and a short filter on a long list are answered', () => {
    expect(matches(chain('ims co "q"', 280), { ims: ims.slice(0, 20) })).toBe(false);
    expect(matches(chain('ims co "q"', 5), { ims })).toBe(false);
    expect(matches(chain('ims co "q"', 5), { ims })).toBe(false);
  });

  test('lists in lists are no values', () => {
    const nested = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

    expect(matches(parseFilter('title eq "x"', userType), { title: nested })).toBe(false);
    expect(matches(parseFilter('emails[value eq "x"]', userType), { emails: nested })).toBe(false);
  });
});
