import { describe, expect, test } from '@jest/globals';
import { type Filter, parseFilter, parseValueFilter } from '../../../lambdas/scim/filter/filter.ts';
import type { AttributePath } from '../../../lambdas/scim/schemas/attribute-path.ts';
import { groupType, userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import {
  type Attribute,
  attribute,
  findAttribute,
  type ResourceType,
} from '../../../lambdas/scim/schemas/schema.ts';

const pathText = ({ extension, attribute: { name }, subAttribute }: AttributePath): string =>
  [extension && `${extension}:`, name, subAttribute && `.${subAttribute.name}`].filter(Boolean).join('');

/** The tree in one line, operators first. */
const outline = (filter: Filter): string => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `${filter.kind}(${outline(filter.left)}, ${outline(filter.right)})`;
    case 'not':
      return `not(${outline(filter.filter)})`;
    case 'present':
      return `pr(${pathText(filter.path)})`;
    case 'compare':
      return `${filter.operator}(${pathText(filter.path)}, ${JSON.stringify(filter.value)})`;
    case 'valuePath':
      return `${pathText(filter.path)}[${outline(filter.filter)}]`;
  }
};

const tagged: ResourceType = {
  ...userType,
  schema: {
    ...userType.schema,
    attributes: [
      attribute('tags', 'Words.', { multiValued: true }),
      attribute('floor', 'A number.', { type: 'integer' }),
      attribute('pin', 'A secret.', { returned: 'never', mutability: 'writeOnly' }),
      attribute('badge', 'A complex attribute with a secret.', {
        subAttributes: [attribute('value', 'A secret.', { returned: 'never' })],
      }),
    ],
  },
};

describe('the tree of a filter', () => {
  test.each([
    [
      'or binds weaker than and',
      'id pr and title pr or nickName pr',
      'or(and(pr(id), pr(title)), pr(nickName))',
    ],
    [
      'and stays together after or',
      'id pr or title pr and nickName pr',
      'or(pr(id), and(pr(title), pr(nickName)))',
    ],
    ['not binds strongest', 'not (id pr) and title pr', 'and(not(pr(id)), pr(title))'],
    [
      'and joins from the left',
      'id pr and title pr and nickName pr',
      'and(and(pr(id), pr(title)), pr(nickName))',
    ],
    ['names take the case of the schema', 'EMAILS.TYPE pr', 'pr(emails.type)'],
    ['the core URN is left out', `${userType.schema.id}:name.givenName pr`, 'pr(name.givenName)'],
    [
      'an extension keeps its URN',
      'department pr',
      'pr(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department)',
    ],
    ['a complex attribute compares by its value', 'emails co "@"', 'co(emails.value, "@")'],
    ['a complex attribute is present as a whole', 'emails pr', 'pr(emails)'],
    ['a boolean in quotes is a boolean', 'active eq "TRUE"', 'eq(active, true)'],
    ['null is a value', 'title eq Null', 'eq(title, null)'],
    [
      'a comparison after brackets is about the same element',
      'emails[type eq "work"].value eq "x"',
      'emails[and(eq(type, "work"), eq(value, "x"))]',
    ],
    [
      'or inside brackets stays whole before the comparison after them',
      'emails[type eq "work" or primary eq true].value pr',
      'emails[and(or(eq(type, "work"), eq(primary, true)), pr(value))]',
    ],
    ['spaces around brackets are free', ' not(  ( id pr ))', 'not(pr(id))'],
    ['a single complex attribute may have brackets', 'name[givenName eq "x"]', 'name[eq(givenName, "x")]'],
  ])('%s', (_, text, expected) => {
    expect(outline(parseFilter(text, userType))).toBe(expected);
  });

  test.each([
    ['a number in quotes is a number', 'floor gt "7"', 'gt(floor, 7)'],
    ['a JSON number is a number', 'floor le -1.5e2', 'le(floor, -150)'],
    ['a simple value is its own value', 'tags[value sw "a"]', 'tags[sw(value, "a")]'],
    ['.value of a simple list is the list (S3.4)', 'tags.value eq "a"', 'eq(tags, "a")'],
    ['in any case, and to be present (S3.4)', 'TAGS.VALUE pr', 'pr(tags)'],
  ])('custom attributes: %s', (_, text, expected) => {
    expect(outline(parseFilter(text, tagged))).toBe(expected);
  });

  test.each(['pin sw "1"', 'pin pr', 'badge eq "x"', 'badge.value eq "x"', 'badge[value eq "x"]'])(
    'an attribute that is never returned is not searched: %s',
    (text) => {
      expect(() => parseFilter(text, tagged)).toThrow('can be written but not searched');
    },
  );
});

describe('the filter of a PATCH path', () => {
  const members = findAttribute(groupType.schema.attributes, 'members') as Attribute;

  test('names are the sub-attributes', () => {
    expect(outline(parseValueFilter('VALUE eq "7d42"', members))).toBe('eq(value, "7d42")');
  });

  test('an attribute of the resource is none of the element', () => {
    expect(() => parseValueFilter('displayName eq "x"', members)).toThrow(
      'members has no attribute of that name',
    );
  });
});

describe('limits', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}id pr${')'.repeat(depth)}`;
  const conditions = (count: number) => Array<string>(count).fill('id pr').join(' or ');

  test.each([
    ['20 levels', nested(20)],
    ['4,096 characters', `title eq "${'x'.repeat(4085)}"`],
    ['as many conditions as fit', conditions(455)],
  ])('%s are accepted', (_, text) => {
    expect(() => parseFilter(text, userType)).not.toThrow();
  });

  test.each([
    ['21 levels', nested(21), 'brackets nest deeper than 20 levels'],
    ['nothing but brackets', '('.repeat(4096), 'brackets nest deeper than 20 levels'],
    ['levels through not', 'not('.repeat(1024), 'brackets nest deeper than 20 levels'],
    ['4,097 characters', `title eq "${'x'.repeat(4086)}"`, 'longer than 4096 characters'],
  ])('%s are refused', (_, text, detail) => {
    expect(() => parseFilter(text, userType)).toThrow(detail);
  });

  test('a long wrong name is shown in part', () => {
    expect(() => parseFilter('x'.repeat(4000), userType)).toThrow(
      `${'x'.repeat(40)}…: User has no attribute`,
    );
  });
});
