// An optional web ACL that lets Entra through. AWS's core rule set would not: it blocks requests without a User-Agent, which
// is all of Entra's, and bodies over 8 KB, which a group with some 130 members exceeds.

import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnIPSet, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Config, PartProps } from '../settings/config.ts';

/** Requests without anything like a token from one address in five minutes; Entra sends none of these. */
const UNAUTHENTICATED_LIMIT = 300;

/** What the web ACL is made from. */
interface ApiWebAclProps extends PartProps {
  /** The stage that it protects. */
  readonly stage: Stage;
}

/** Associates a web ACL with the stage: a new one, or an existing one by its ARN. */
export class ApiWebAcl extends Construct {
  constructor(scope: Construct, id: string, { stage, config }: ApiWebAclProps) {
    super(scope, id);
    const webAclArn = config.webAcl === 'managed' ? this.makeWebAcl(config).attrArn : config.webAcl;
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stage.stageArn, webAclArn });
  }

  private makeWebAcl({ webAclKnownRanges, webAclUnknownLimit }: Config): CfnWebACL {
    const [first, ...more] = this.makeIpSets(webAclKnownRanges).map(({ attrArn: arn }) => ({
      ipSetReferenceStatement: { arn },
    }));
    const isKnown = first && more.length > 0 ? { orStatement: { statements: [first, ...more] } } : first;
    return new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      description: 'For a SCIM endpoint: Entra sends large bodies and no User-Agent.',
      defaultAction: { allow: {} },
      visibilityConfig: measuredAs('ScimWebAcl'),
      rules: [
        managedRules(0, 'AWSManagedRulesAmazonIpReputationList'),
        limitUnauthenticated(1),
        ...(isKnown ? [limitUnknown(2, isKnown, webAclUnknownLimit)] : []),
      ],
    });
  }

  /** A set has addresses of one version only. */
  private makeIpSets(ranges: readonly string[]): CfnIPSet[] {
    return (['IPV4', 'IPV6'] as const).flatMap((ipAddressVersion) => {
      const addresses = ranges.filter((range) => range.includes(':') === (ipAddressVersion === 'IPV6'));
      return addresses.length === 0
        ? []
        : new CfnIPSet(this, ipAddressVersion === 'IPV4' ? 'KnownV4' : 'KnownV6', {
            scope: 'REGIONAL',
            description: 'Known senders of SCIM requests.',
            ipAddressVersion,
            addresses,
          });
    });
  }
}

const measuredAs = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // Samples contain whole headers, including the bearer token.
  sampledRequestsEnabled: false,
});

const managedRules = (priority: number, name: string): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
  visibilityConfig: measuredAs(name),
});

/** Slows down guessing. Requests with a token are not counted: Entra sends for many tenants from one address. */
const limitUnauthenticated = (priority: number): CfnWebACL.RuleProperty => ({
  name: 'LimitUnauthenticated',
  priority,
  action: { block: {} },
  statement: {
    rateBasedStatement: {
      limit: UNAUTHENTICATED_LIMIT,
      aggregateKeyType: 'IP',
      scopeDownStatement: { notStatement: { statement: startsLikeAToken } },
    },
  },
  visibilityConfig: measuredAs('LimitUnauthenticated'),
});

/**
 * Slows down addresses that are not known, whatever they send: a forged token looks like a token. Known ones are not limited,
 * because Entra sends for many tenants from one address.
 */
const limitUnknown = (
  priority: number,
  isKnown: CfnWebACL.StatementProperty,
  limit: number,
): CfnWebACL.RuleProperty => ({
  name: 'LimitUnknown',
  priority,
  action: { block: {} },
  statement: {
    rateBasedStatement: {
      limit,
      aggregateKeyType: 'IP',
      scopeDownStatement: { notStatement: { statement: isKnown } },
    },
  },
  visibilityConfig: measuredAs('LimitUnknown'),
});

const startsLikeAToken: CfnWebACL.StatementProperty = {
  byteMatchStatement: {
    fieldToMatch: { singleHeader: { Name: 'authorization' } },
    positionalConstraint: 'STARTS_WITH',
    searchString: 'bearer scim1.',
    textTransformations: [
      { priority: 0, type: 'COMPRESS_WHITE_SPACE' },
      { priority: 1, type: 'LOWERCASE' },
    ],
  },
};
