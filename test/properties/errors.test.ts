// Properties of errors: nothing that a client sends gets into the log.

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseBulkRequest } from '../../lambdas/scim/bulk/bulk.ts';
import { invalidValue, loggable, loggedAs, phrase, type Wording } from '../../lambdas/scim/errors/errors.ts';
import { parseFilter } from '../../lambdas/scim/filter/filter.ts';
import { parsePatchRequest } from '../../lambdas/scim/patch/request.ts';
import { parseQuery } from '../../lambdas/scim/query/query.ts';
import { parseResource } from '../../lambdas/scim/resource.ts';
import { userType } from '../../lambdas/scim/schemas/resource-types.ts';
import { patchBody } from '../support/patching.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Digits of another script, which no error text contains, so that a value found in the log is no coincidence. */
const MARK = /[٠-٩]/u;
const value = fc.string({
  unit: fc.constantFrom('٠', '١', '٢', '٣', '…', '"', '[', ']', '\\', '$', '{', '}', '`', '@', ' '),
});
const marked = value.map((text) => `${text}٩`);

const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ':', '"', '…', '$') });

type Part = string | number | Wording;

const part: fc.Arbitrary<Part> = fc.letrec<{ part: Part; phrase: Wording }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    marked,
    fc.integer(),
    words.map(loggable),
    fc.tuple(marked, words).map(([text, logged]) => loggedAs(text, logged)),
    tie('phrase'),
  ),
  phrase: fc
    .array(fc.tuple(tie('part'), words), { maxLength: 4 })
    .map((pairs) => phrase(template(pairs), ...pairs.map(([inner]) => inner))),
})).part;

/** The arguments that a template literal passes to its tag. */
const template = (pairs: readonly (readonly [Part, string])[]) => {
  const strings = ['', ...pairs.map(([, following]) => following)];
  return Object.assign(strings, { raw: strings });
};

const shownOf = (one: Part) => (typeof one === 'object' ? one.message : String(one));

test('a sentence tells the client all of it, and the log no value', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(part, words)), (pairs) => {
      const refusal = invalidValue('wrongType')(template(pairs), ...pairs.map(([inner]) => inner));
      expect(refusal.loggable).not.toMatch(MARK);
      expect(refusal.message).toBe(pairs.map(([inner, following]) => shownOf(inner) + following).join(''));
    }),
  );
});

/** A text with a mark in each of its words. */
const sent = fc
  .array(fc.oneof(marked, fc.constantFrom('userName', 'emails', 'eq', '[', '].value', '(', 'and', '.')), {
    minLength: 1,
  })
  .map((pieces) => pieces.join(' '));

/** What would be logged for the error that `act` throws. */
const loggedOf = (act: () => unknown): string => {
  try {
    act();
    return '';
  } catch (error) {
    return (error as Wording).loggable;
  }
};

test('a filter that is refused is not in the log', () => {
  fc.assert(
    fc.property(sent, (filter) => {
      expect(loggedOf(() => parseFilter(filter, userType))).not.toMatch(MARK);
    }),
  );
});

test('a path, an op or a value that is refused is not in the log', () => {
  const some = fc.oneof(sent, fc.constantFrom('replace', 'active', 'emails[type eq "٩"].value', 'name'));
  const json = fc.oneof(
    some,
    some.map((each) => [each]),
    some.map((each) => ({ [each]: each })),
  );
  fc.assert(
    fc.property(fc.oneof(fc.constant('replace'), some), fc.oneof(some, json), json, (op, path, given) => {
      const operation = { op, path, value: given };
      expect(loggedOf(() => parsePatchRequest(patchBody(operation), userType))).not.toMatch(MARK);
    }),
  );
});

test('a body, a query or a bulk request that is refused is not in the log', () => {
  const text = fc.oneof(sent, marked, fc.constantFrom('User', 'descending', '/Users', 'POST', 'a'));
  const json = fc.oneof(
    text,
    fc.array(text, { maxLength: 2 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('value', 'givenName', 'primary')), text, { maxKeys: 3 }),
  );
  const named = <Value>(names: readonly string[], values: fc.Arbitrary<Value>) =>
    fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 4 });
  const body = named(['userName', 'name', 'active', 'emails', 'meta', ENTERPRISE], json);
  const query = named(['filter', 'sortBy', 'sortOrder', 'count', 'startIndex', 'attributes', 'cursor'], text);
  const operation = named(['method', 'path', 'bulkId', 'data', 'version'], json);
  fc.assert(
    fc.property(body, query, fc.array(operation, { maxLength: 2 }), (resource, parameters, operations) => {
      expect(loggedOf(() => parseResource(resource, userType))).not.toMatch(MARK);
      expect(loggedOf(() => parseQuery(parameters, userType))).not.toMatch(MARK);
      expect(loggedOf(() => parseBulkRequest({ Operations: operations }))).not.toMatch(MARK);
    }),
  );
});
