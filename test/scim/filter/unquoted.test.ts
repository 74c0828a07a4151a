// Filter values without quotes: read as text where nothing else can be meant, refused elsewhere.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseFilter, parseValueFilter } from '../../../lambdas/scim/filter/filter.ts';
import { userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { type Attribute, findAttribute } from '../../../lambdas/scim/schemas/schema.ts';
import { refusalOf } from '../../support/patching.ts';

const parse = (text: string) => parseFilter(text, userType);

describe('an unquoted value (S3.5)', () => {
  test.each([
    ['userName sw O', 'userName sw "O"'],
    ['meta.created gt 2015-10-10T14:38:21Z', 'meta.created gt "2015-10-10T14:38:21Z"'],
    ['meta.created GT 2015-10-10T14:38:21+02:00', 'meta.created gt "2015-10-10T14:38:21+02:00"'],
    ['(userName eq o.k@acme.example)', '(userName eq "o.k@acme.example")'],
    ['userName eq a or title eq b and active eq true', 'userName eq "a" or title eq "b" and active eq true'],
    ['emails[type eq work].value eq x@y.example', 'emails[type eq "work"].value eq "x@y.example"'],
    ['not (externalId ne 7d42-9)', 'not (externalId ne "7d42-9")'],
    ['name.familyName eq Ørsted', 'name.familyName eq "Ørsted"'],
    ["name.familyName eq O'Malley", 'name.familyName eq "O\'Malley"'],
    ['profileUrl eq https://x.example/~ann?a=1', 'profileUrl eq "https://x.example/~ann?a=1"'],
  ])('%s means %s', (unquoted, quoted) => {
    expect(parse(unquoted)).toEqual(parse(quoted));
  });

  test('of letters and digits means the same as with quotes, whatever is around it', () => {
    const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9._@-]{0,12}$/);
    const taken = /^(and|or|not|pr|eq|ne|co|sw|ew|gt|ge|lt|le|true|false|null|undefined|nan)$/i;
    const around = fc.constantFrom(
      (value: string) => `userName eq ${value}`,
      (value: string) => `(title co ${value}) and active eq true`,
      (value: string) => `emails[type eq ${value} or value sw ${value}]`,
      (value: string) => `not (nickName ew ${value}) or id pr`,
    );
    fc.assert(
      fc.property(
        word.filter((one) => !taken.test(one)),
        around,
        (value, write) => {
          expect(parse(write(value))).toEqual(parse(write(JSON.stringify(value))));
        },
      ),
    );
  });

  test('selects in the brackets of a PATCH path', () => {
    const emails = findAttribute(userType.schema.attributes, 'emails') as Attribute;
    expect(parseValueFilter('type eq work', emails)).toEqual(parseValueFilter('type eq "work"', emails));
  });

  test.each([
    ['several words', 'userName eq Ann Lee'],
    ['a word and a string', 'userName eq Ann"Lee"'],
    ['single quotes', "userName eq 'ann'"],
    ['typographic quotes', 'userName eq “ann”'],
    ['quotes that were encoded twice', 'userName eq %22ann%22'],
    ['a placeholder', 'userName eq {{user}}'],
    ['another placeholder', 'userName eq <user>'],
    ['a third placeholder', 'userName eq $user'],
    ['a star', 'userName eq *'],
    ['nothing', 'userName eq'],
    ['nothing before and', 'userName eq and active eq true'],
    ['an operator', 'userName eq eq'],
    ['undefined', 'userName eq undefined'],
    ['NaN', 'userName eq NaN'],
    ['a bracket that was never opened', 'userName eq ann)'],
    ['brackets behind it', 'userName eq ann[x]'],
    ['no boolean', 'active eq yes'],
    ['no time', 'meta.created gt yesterday'],
    // JSON knows these, and they are no text.
    ['a number', 'userName eq 5'],
    ['a boolean', 'userName eq true'],
  ])('is refused where something else may be meant: %s', (_, filter) => {
    expect(refusalOf(() => parse(filter))).toMatch(/^invalidFilter: /);
  });

  test('null stays null', () => {
    expect(parse('title eq null')).toMatchObject({ kind: 'compare', value: null });
  });
});
