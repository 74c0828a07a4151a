import { describe, expect, test } from '@jest/globals';
import { parsePatchPath } from '../../../lambdas/scim/patch/path.ts';
import { ENTERPRISE_USER_SCHEMA as ENTERPRISE } from '../../../lambdas/scim/schemas/enterprise-user.ts';
import { groupType, userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { USER_SCHEMA } from '../../../lambdas/scim/schemas/user.ts';
import { refusalOf } from '../../support/patching.ts';

const parse = (text: string) => {
  const { path, filter } = parsePatchPath(text, userType);
  const parts = [path.extension, path.attribute.name, path.subAttribute?.name];
  return { names: parts.filter((part) => part !== undefined), filter };
};

test.each([
  ['userName', ['userName']],
  ['USERNAME', ['userName']],
  ['externalId', ['externalId']],
  ['name.familyName', ['name', 'familyName']],
  ['emails.value', ['emails', 'value']],
  ['manager', [ENTERPRISE, 'manager']],
  [`${ENTERPRISE}:employeeNumber`, [ENTERPRISE, 'employeeNumber']],
  [`${ENTERPRISE}:manager.value`, [ENTERPRISE, 'manager', 'value']],
  [`${ENTERPRISE.toLowerCase()}:Department`, [ENTERPRISE, 'department']],
  [`${USER_SCHEMA}:name.givenName`, ['name', 'givenName']],
])('%s is the path %j', (text, names) => {
  expect(parse(text)).toEqual({ names, filter: undefined });
});

describe('a filter', () => {
  test.each([
    ['emails[type eq "work"]', ['emails'], 'work'],
    ['emails[type eq "work"].value', ['emails', 'value'], 'work'],
    ['EMAILS[TYPE EQ "work"].VALUE', ['emails', 'value'], 'work'],
    [`${USER_SCHEMA}:emails[type eq "work"].value`, ['emails', 'value'], 'work'],
    ['emails[type eq "a]b"].value', ['emails', 'value'], 'a]b'],
    ['emails[type eq "a\\"]b"].value', ['emails', 'value'], 'a"]b'],
    ['emails[type eq "a.b:c["]', ['emails'], 'a.b:c['],
  ])('%s', (text, names, value) => {
    expect(parse(text)).toMatchObject({ names, filter: { kind: 'compare', operator: 'eq', value } });
  });

  test('compares a boolean with Entra\'s "True"', () => {
    expect(parse('roles[primary eq "True"].value').filter).toMatchObject({ value: true });
  });
});

describe('refused as invalidPath, naming the path', () => {
  test.each([
    '',
    ' ',
    '.',
    'name.',
    'name.givenName.first',
    'shoeSize',
    'name.shoeSize',
    'emails[type eq "work"].shoeSize',
    'emails[type eq "work"]value',
    'emails[type eq "work"].',
    'emails[type eq "work"].value.x',
    'emails[type eq "work"][type eq "work"]',
    'emails[type eq "work"',
    'emails[type eq "work].value',
    'emails type eq "work"]',
    '[type eq "work"]',
    'emails.value[type eq "work"]',
    'title[value eq "x"]',
    'name[givenName eq "x"]',
    'constructor',
    '__proto__',
    'name.constructor',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:Group:department',
    `${ENTERPRISE}:`,
    ENTERPRISE,
  ])('%j', (text) => {
    const refusal = refusalOf(() => parsePatchPath(text, userType));
    expect(refusal).toMatch(/^invalidPath: /);
    expect(refusal).toContain(text);
  });

  test('a long path is named by its beginning', () => {
    expect(refusalOf(() => parsePatchPath('x'.repeat(100_000), userType)).length).toBeLessThan(250);
  });
});

test.each([
  'emails[]',
  'emails[type]',
  'emails[shoeSize eq "x"]',
  'emails[type eq work home]',
  'members[value eq 7]',
])('%s is refused as invalidFilter, naming the path', (text) => {
  const type = text.startsWith('members') ? groupType : userType;
  const refusal = refusalOf(() => parsePatchPath(text, type));
  expect(refusal).toMatch(/^invalidFilter: /);
  expect(refusal).toContain(text);
});
