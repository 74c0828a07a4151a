// A domain of your own, so that Tenant URLs outlive the API: customers have pasted them into Entra.

import { type CfnDomainName, DomainName, EndpointType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { ScimDomain } from '../settings/scim-endpoint-props.ts';
import type { Tls } from './tls.ts';

const WILDCARD = '*.';

export const isWildcard = ({ domainName }: ScimDomain): boolean => domainName.startsWith(WILDCARD);

/**
 * The domain on the API's stage and, if its zone is known, the DNS record. The `execute-api` URL goes on working. Its id
 * comes from its name, because a domain that CloudFormation takes for another one is made before the old one is deleted,
 * and AWS refuses a name that is there.
 */
export class CustomDomain extends Construct {
  readonly name: string;
  /** Of a wildcard it is a template: `https://{tenant}.scim.example.com`. */
  readonly baseUrl: string;
  /** What DNS must point at where the zone is not in this account. */
  readonly target: string;

  constructor(scope: Construct, api: RestApi, config: ScimDomain, tls: Tls) {
    super(scope, `Domain ${config.domainName}`);
    const domain = new DomainName(this, 'Name', {
      domainName: config.domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', config.certificateArn),
      endpointType: EndpointType.REGIONAL,
      mapping: api,
    });
    Object.assign(domain.node.defaultChild as CfnDomainName, tls);
    this.name = config.domainName;
    this.baseUrl = `https://${config.domainName.replace(WILDCARD, '{tenant}.')}`;
    this.target = domain.domainNameAliasDomainName;
    if (config.hostedZoneId) {
      new CfnRecordSet(this, 'Record', {
        name: config.domainName,
        type: 'A',
        hostedZoneId: config.hostedZoneId,
        aliasTarget: { dnsName: this.target, hostedZoneId: domain.domainNameAliasHostedZoneId },
      });
    }
  }
}
