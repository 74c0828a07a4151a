// The web ACL is optional and lets Entra through.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';

let plain: Template;
let full: Template;

beforeAll(() => {
  plain = scimTemplate();
  full = scimTemplate(everythingSet);
});

describe('the web ACL', () => {
  const types = (template: Template) => new Set(Object.values(template.Resources).map(({ Type }) => Type));

  test('has no rule that stops Entra, which sends no User-Agent and large bodies', () => {
    const acl = Object.values(full.Resources).find(({ Type }) => Type === 'AWS::WAFv2::WebACL');
    expect(acl?.Properties?.DefaultAction).toEqual({ Allow: {} });
    expect(JSON.stringify(acl?.Properties?.Rules)).not.toMatch(
      /CommonRuleSet|AnonymousIpList|BotControl|user-agent|SizeConstraint/i,
    );
    expect(types(full)).toContain('AWS::WAFv2::WebACLAssociation');
  });

  const ruleOf = (template: Template, name: string) => {
    const acl = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::WAFv2::WebACL');
    const rules = acl?.Properties?.Rules as readonly { readonly Name: string; readonly Statement: object }[];
    return rules.find(({ Name }) => Name === name);
  };
  const ipSets = (template: Template) =>
    Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::WAFv2::IPSet');

  test('limits addresses outside the known ranges, whatever they send (S2.7)', () => {
    const sets = ipSets(full);
    expect(sets.map(([, { Properties }]) => Properties?.Addresses)).toEqual([
      ['20.190.128.0/18', '40.126.0.0/18'],
      ['2603:1006:2000::/48'],
    ]);
    const references = sets.map(([id]) => ({
      IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [id, 'Arn'] } },
    }));
    expect(ruleOf(full, 'LimitUnknown')).toMatchObject({
      Action: { Block: {} },
      Statement: {
        RateBasedStatement: {
          Limit: 500,
          AggregateKeyType: 'IP',
          ScopeDownStatement: {
            NotStatement: { Statement: { OrStatement: { Statements: references } } },
          },
        },
      },
    });
  });

  test('takes one range as well, and without any limits nobody for being unknown (S2.7)', () => {
    const one = scimTemplate({ 'scim:webAcl': 'managed', 'scim:webAclKnownRanges': '2603:1006:2000::/48' });
    const [[id] = ['']] = ipSets(one);
    expect(ruleOf(one, 'LimitUnknown')).toMatchObject({
      Statement: {
        RateBasedStatement: {
          Limit: 1000,
          ScopeDownStatement: {
            NotStatement: {
              Statement: { IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [id, 'Arn'] } } },
            },
          },
        },
      },
    });
    const none = scimTemplate({ 'scim:webAcl': 'managed' });
    expect(ipSets(none)).toEqual([]);
    expect(ruleOf(none, 'LimitUnknown')).toBeUndefined();
    expect(ruleOf(none, 'LimitUnauthenticated')).toBeDefined();
  });

  test('is not there unless it was set, and your own is only associated', () => {
    const own =
      'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/edge/0b2d6a50-7f3d-4c35-9f43-9a3c4f4d1c11';
    expect(types(plain)).not.toContain('AWS::WAFv2::WebACLAssociation');
    const withOwn = types(scimTemplate({ 'scim:webAcl': own }));
    expect(withOwn).toContain('AWS::WAFv2::WebACLAssociation');
    expect(withOwn).not.toContain('AWS::WAFv2::WebACL');
  });
});
