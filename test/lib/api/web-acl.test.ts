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

  test('is not there unless it was set, and your own is only associated', () => {
    const own =
      'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/edge/0b2d6a50-7f3d-4c35-9f43-9a3c4f4d1c11';
    expect(types(plain)).not.toContain('AWS::WAFv2::WebACLAssociation');
    const withOwn = types(scimTemplate({ 'scim:webAcl': own }));
    expect(withOwn).toContain('AWS::WAFv2::WebACLAssociation');
    expect(withOwn).not.toContain('AWS::WAFv2::WebACL');
  });
});
