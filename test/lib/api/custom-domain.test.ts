// Domains of the vendor: several, one of them a wildcard.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { certificateArn, oneDomain } from '../every-setting.ts';
import { functionOf, resourcesOf } from '../template.ts';

let template: Template;

beforeAll(() => {
  template = scimTemplate();
});

describe('domains', () => {
  const named = (...names: string[]) =>
    scimTemplate({ 'scim:domains': names.map((domainName) => ({ domainName, certificateArn })) });
  const idsOf = (each: Template) =>
    new Map(
      resourcesOf(each, 'AWS::ApiGateway::DomainName').map(({ id, properties }) => [
        properties.DomainName,
        id,
      ]),
    );
  const scim = 'scim.example.com';
  const wildcard = '*.scim.example.com';
  const third = 'scim.example.org';

  test('each has its certificate, its mapping to the stage, and its record where the zone is known', () => {
    const full = scimTemplate({
      'scim:domains': [
        { domainName: scim, certificateArn, hostedZoneId: 'Z1' },
        { domainName: wildcard, certificateArn, hostedZoneId: 'Z2' },
        { domainName: third, certificateArn },
      ],
    });
    const ids = idsOf(full);
    expect([...ids.keys()]).toEqual([scim, wildcard, third]);
    for (const { properties } of resourcesOf(full, 'AWS::ApiGateway::DomainName')) {
      expect(properties).toMatchObject({
        RegionalCertificateArn: certificateArn,
        EndpointConfiguration: { Types: ['REGIONAL'] },
        SecurityPolicy: expect.stringMatching(/^SecurityPolicy_TLS13_1_2_PFS/),
      });
    }
    const mapped = resourcesOf(full, 'AWS::ApiGateway::BasePathMapping').map(
      ({ properties }) => properties.DomainName.Ref,
    );
    expect(mapped).toEqual([...ids.values()]);
    const records = resourcesOf(full, 'AWS::Route53::RecordSet').map(({ properties }) => properties);
    expect(records).toMatchObject([
      {
        Name: scim,
        HostedZoneId: 'Z1',
        AliasTarget: { DNSName: { 'Fn::GetAtt': [ids.get(scim), expect.anything()] } },
      },
      { Name: wildcard, HostedZoneId: 'Z2' },
    ]);
  });

  test('one more, and another order, replaces none of them', () => {
    const one = idsOf(named(scim));
    expect(idsOf(scimTemplate(oneDomain))).toEqual(one);
    for (const names of [
      [scim, wildcard],
      [wildcard, scim],
      [third, wildcard, scim],
    ]) {
      const ids = idsOf(named(...names));
      expect(ids.get(scim)).toBe(one.get(scim));
      expect(new Set(ids.values()).size).toBe(names.length);
    }
  });

  test('Tenant URLs start with the first; that of a wildcard is a template', () => {
    const baseUrlOf = (each: Template) => each.Outputs.BaseUrl?.Value;
    expect(baseUrlOf(named(scim, wildcard))).toBe('https://scim.example.com');
    expect(baseUrlOf(named(wildcard, scim))).toBe('https://{tenant}.scim.example.com');
  });

  test('what DNS must point at is an output: that of the first by itself, and with several all by name', () => {
    const targetOf = (each: Template, name: string) => ({
      'Fn::GetAtt': [idsOf(each).get(name), 'RegionalDomainName'],
    });
    const one = named(scim);
    expect(one.Outputs.DomainTarget?.Value).toEqual(targetOf(one, scim));
    expect(one.Outputs).not.toHaveProperty('DomainTargets');
    const two = named(scim, wildcard);
    expect(two.Outputs.DomainTarget?.Value).toEqual(targetOf(two, scim));
    expect(two.Outputs.DomainTargets?.Value).toEqual({
      'Fn::Join': [
        '',
        [
          '{"scim.example.com":"',
          targetOf(two, scim),
          '","*.scim.example.com":"',
          targetOf(two, wildcard),
          '"}',
        ],
      ],
    });
    expect(template.Outputs).not.toHaveProperty('DomainTarget');
  });

  test('the functions know them if there is a wildcard, to tell whose host a request came by', () => {
    const told = (each: Template) =>
      ['users', 'groups', 'bulk', 'discovery', 'resources'].map(
        (name) => functionOf(each, `lambdas/handlers/${name}.ts`).properties.Environment,
      );
    for (const environment of told(named(wildcard, third))) {
      expect(environment).toMatchObject({
        Variables: { DOMAIN_NAMES: '*.scim.example.com,scim.example.org' },
      });
    }
    for (const environment of told(named(scim, third))) {
      expect(environment).not.toHaveProperty('Variables.DOMAIN_NAMES');
    }
  });
});
