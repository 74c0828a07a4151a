// Properties of every filter on every resource.

import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ScimError } from '../../lambdas/scim/errors/errors.ts';
import { type Filter, parseFilter } from '../../lambdas/scim/filter/filter.ts';
import { matches } from '../../lambdas/scim/filter/match.ts';
import type { CompareOperator } from '../../lambdas/scim/filter/operators.ts';
import type { Json, JsonObject } from '../../lambdas/scim/json.ts';
import { parseProjection, project } from '../../lambdas/scim/query/projection.ts';
import { parseQuery, parseSearchRequest, SEARCH_REQUEST_SCHEMA } from '../../lambdas/scim/query/query.ts';
import { compareBy } from '../../lambdas/scim/query/sort.ts';
import { type AttributePath, resolvePath } from '../../lambdas/scim/schemas/attribute-path.ts';
import { userType } from '../../lambdas/scim/schemas/resource-types.ts';

/** The result, or the ScimError; any other exception fails the test. */
const outcomeOf = <Result>(work: () => Result): Result | ScimError => {
  try {
    return work();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
};

const words = [
  ...['userName', 'emails', 'emails.type', 'name', 'active', 'meta.created', 'schemas', 'manager', '.value'],
  ...[
    'type',
    'value',
    'primary',
    '__proto__',
    'constructor',
    'toString',
    'urn:x:y',
    `${userType.schema.id}:title`,
  ],
  ...['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr', 'and', 'or', 'not', '(', ')', '[', ']'],
  ...['true', 'False', 'null', '1', '-1.5e9', '"x"', '"True"', '"\\u00e9"', '"\\', '"', '\\', '\u0000', ' '],
];
const filterLike = fc
  .array(fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...words) }, fc.string({ unit: 'binary' })), {
    maxLength: 30,
  })
  .map((parts) => parts.join(' '));

const value = fc.constantFrom<Json>(
  'work',
  'Work',
  'x',
  '',
  true,
  false,
  'True',
  null,
  1,
  '2026-01-01T00:00:00Z',
);
const complex = fc.dictionary(fc.constantFrom('value', 'type', 'primary', 'givenName', '__proto__'), value);
const anyAttribute = fc.oneof(
  value,
  complex,
  fc.array(fc.oneof(complex, value), { maxLength: 3 }),
  fc.jsonValue(),
);
const names = [
  ...userType.schema.attributes.map(({ name }) => name),
  ...['meta', 'id', 'schemas', '__proto__', 'constructor', userType.schemaExtensions[0]?.schema.id ?? ''],
];
const byEmail = resolvePath('emails.value', userType) as AttributePath;
const resource = fc.dictionary(fc.constantFrom(...names), anyAttribute) as fc.Arbitrary<JsonObject>;

describe('no input is answered by anything but a value or a ScimError', () => {
  test('any text as a filter, any JSON as a resource', () => {
    fc.assert(
      fc.property(fc.oneof(filterLike, fc.string({ unit: 'binary' })), resource, (text, attributes) => {
        const filter = outcomeOf(() => parseFilter(text, userType));
        if (filter instanceof ScimError)
          expect(filter).toMatchObject({ status: 400, scimType: 'invalidFilter' });
        else expect(typeof matches(filter, attributes)).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });

  test('any text as a query parameter', () => {
    const parameter = fc.constantFrom(
      'filter',
      'startIndex',
      'count',
      'cursor',
      'sortBy',
      'sortOrder',
      'attributes',
    );
    const text = fc.oneof(filterLike, fc.string({ unit: 'binary' }), fc.integer().map(String));
    fc.assert(
      fc.property(fc.dictionary(parameter, text), (parameters) => {
        const query = outcomeOf(() => parseQuery(parameters, userType));
        if (query instanceof ScimError) expect(query.status).toBe(400);
        else expect(query).toMatchObject({ startIndex: expect.any(Number), projection: expect.any(Object) });
      }),
      { numRuns: 500 },
    );
  });

  test('any JSON in a SearchRequest', () => {
    const member = fc.constantFrom(
      'filter',
      'startIndex',
      'count',
      'sortBy',
      'attributes',
      'excludedAttributes',
    );
    fc.assert(
      fc.property(fc.dictionary(member, fc.jsonValue()), (members) => {
        const body = { schemas: [SEARCH_REQUEST_SCHEMA], ...(members as JsonObject) };
        const query = outcomeOf(() => parseSearchRequest(body, userType));
        if (query instanceof ScimError) expect(query.status).toBe(400);
        else expect(Number.isSafeInteger(query.startIndex)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('any JSON is projected to a part of itself, and sorts', () => {
    const list = fc.array(fc.constantFrom(...names, 'emails.value', 'name.givenName', 'manager'), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(resource, resource, list, fc.boolean(), (attributes, other, named, only) => {
        const projection = only
          ? parseProjection(named, undefined, userType)
          : parseProjection(undefined, named, userType);
        const shown = project(attributes, projection);
        for (const name of Object.keys(shown)) expect(Object.hasOwn(attributes, name)).toBe(true);
        expect(project(shown, projection)).toEqual(shown);

        const compare = compareBy(byEmail, 'ascending');
        expect(compare(attributes, other) + compare(other, attributes)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a filter means what it says', () => {
  interface Leaf {
    readonly name: string;
    readonly operator: CompareOperator | 'pr';
    readonly literal: string;
  }
  type Tree =
    | Leaf
    | { readonly not: Tree }
    | { readonly join: 'and' | 'or'; readonly left: Tree; readonly right: Tree };

  const letters = fc.string({ unit: fc.constantFrom('a', 'B', '"', '\\', ' ', ')', 'é'), maxLength: 3 });
  const operator = fc.constantFrom<Leaf['operator']>(
    'eq',
    'ne',
    'co',
    'sw',
    'ew',
    'gt',
    'ge',
    'lt',
    'le',
    'pr',
  );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ name: fc.constantFrom('title', 'nickName'), operator, literal: letters }),
      fc.record({ not: tie('tree') }),
      fc.record({ join: fc.constantFrom('and', 'or'), left: tie('tree'), right: tie('tree') }),
    ),
  }));

  /** Brackets only where precedence requires them, so that precedence is tested. */
  const write = (node: Tree, parent: 'or' | 'and' = 'or'): string => {
    if ('operator' in node) {
      return `${node.name} ${node.operator}${node.operator === 'pr' ? '' : ` ${JSON.stringify(node.literal)}`}`;
    }
    if ('not' in node) return `not (${write(node.not)})`;
    const text = `${write(node.left, node.join)} ${node.join} ${write(node.right, node.join)}`;
    return node.join === 'or' && parent === 'and' ? `(${text})` : text;
  };

  /** RFC 7644 §3.4.2.2, Tables 3 and 4, in the simplest form. */
  const holds = (node: Tree, attributes: Record<string, string>): boolean => {
    if ('not' in node) return !holds(node.not, attributes);
    if ('join' in node) {
      const [left, right] = [holds(node.left, attributes), holds(node.right, attributes)];
      return node.join === 'and' ? left && right : left || right;
    }
    const found = attributes[node.name]?.toLowerCase();
    const wanted = node.literal.toLowerCase();
    if (node.operator === 'pr') return found !== undefined && found !== '';
    if (found === undefined) return node.operator === 'ne';
    const answers: Record<CompareOperator, boolean> = {
      eq: found === wanted,
      ne: found !== wanted,
      co: found.includes(wanted),
      sw: found.startsWith(wanted),
      ew: found.endsWith(wanted),
      gt: found > wanted,
      ge: found >= wanted,
      lt: found < wanted,
      le: found <= wanted,
    };
    return answers[node.operator];
  };

  const depthOf = (node: Tree): number => {
    if ('operator' in node) return 0;
    return 1 + ('not' in node ? depthOf(node.not) : Math.max(depthOf(node.left), depthOf(node.right)));
  };

  test('as a plain model of the RFC evaluates it', () => {
    const attributes = fc.dictionary(fc.constantFrom('title', 'nickName'), letters);
    fc.assert(
      fc.property(
        tree.filter((node) => depthOf(node) < 10 && write(node).length < 4096),
        attributes,
        (node, holder) => {
          const filter: Filter = parseFilter(write(node), userType);
          expect(matches(filter, holder)).toBe(holds(node, holder));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('brackets ask all conditions of one element', () => {
    const element = fc.record({ type: fc.constantFrom('work', 'home'), value: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(fc.array(element, { maxLength: 4 }), element, (list, { type, value: wanted }) => {
        const text = `emails[type eq "${type}" and value eq "${wanted}"]`;
        const short = `emails[type eq "${type}"].value eq "${wanted}"`;
        const expected = list.some((email) => email.type === type && email.value === wanted);

        expect(matches(parseFilter(text, userType), { emails: list })).toBe(expected);
        expect(matches(parseFilter(short, userType), { emails: list })).toBe(expected);
      }),
    );
  });
});
