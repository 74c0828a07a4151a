// A domain of your own, so that Tenant URLs outlive the API: customers have pasted them into Entra.

import { type CfnDomainName, DomainName, EndpointType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { DomainConfig } from './config.ts';
import type { Tls } from './tls.ts';

/** The domain on the API's stage and, if its zone is known, the DNS records. The `execute-api` URL goes on working. */
export class CustomDomain extends Construct {
  readonly baseUrl: string;
  /** What DNS must point at where the zone is not in this account. */
  readonly target: string;

  constructor(scope: Construct, id: string, api: RestApi, config: DomainConfig, tls: Tls) {
    super(scope, id);
    const domain = new DomainName(this, 'Name', {
      domainName: config.domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', config.certificateArn),
      endpointType: EndpointType.REGIONAL,
      mapping: api,
    });
    Object.assign(domain.node.defaultChild as CfnDomainName, tls);
    this.baseUrl = `https://${config.domainName}`;
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
