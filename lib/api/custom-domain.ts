// A custom domain, so that Tenant URLs, which customers have pasted into Entra, outlive the API.

import { type CfnDomainName, DomainName, EndpointType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { ScimDomain } from '../settings/scim-endpoint-props.ts';
import type { Tls } from './tls.ts';

const WILDCARD = '*.';

/** Whether each tenant has a host of its own below the domain. */
export const isWildcard = ({ domainName }: ScimDomain): boolean => domainName.startsWith(WILDCARD);

/**
 * The id of a domain's construct. It contains the name, so that another order of the settings replaces no domain: CloudFormation
 * creates a replacement before it deletes the old resource, and AWS refuses a domain name that exists.
 */
export const domainId = ({ domainName }: ScimDomain): string => `Domain ${domainName}`;

/** What a domain is made from. */
interface CustomDomainProps {
  /** The API that the domain serves. */
  readonly api: RestApi;
  readonly domain: ScimDomain;
  readonly tls: Tls;
}

/**
 * The domain on the API's stage and, if its zone is known, the DNS record. The `execute-api` URL keeps working. Take
 * the id from `domainId`.
 */
export class CustomDomain extends Construct {
  /** As in the settings; `*.scim.example.com` for a wildcard. */
  readonly name: string;
  /** For a wildcard a template: `https://{tenant}.scim.example.com`. */
  readonly baseUrl: string;
  /** The host name that DNS must point to if the zone is not in this account. */
  readonly target: string;

  constructor(scope: Construct, id: string, { api, domain, tls }: CustomDomainProps) {
    super(scope, id);
    const { domainName, certificateArn, hostedZoneId } = domain;
    const resource = new DomainName(this, 'Name', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      mapping: api,
    });
    Object.assign(resource.node.defaultChild as CfnDomainName, tls);
    this.name = domainName;
    this.baseUrl = `https://${domainName.replace(WILDCARD, '{tenant}.')}`;
    this.target = resource.domainNameAliasDomainName;
    if (hostedZoneId) {
      new CfnRecordSet(this, 'Record', {
        name: domainName,
        type: 'A',
        hostedZoneId,
        aliasTarget: { dnsName: this.target, hostedZoneId: resource.domainNameAliasHostedZoneId },
      });
    }
  }
}
