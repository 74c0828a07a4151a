// The certificates in the settings: a custom domain cannot be created with one that is not issued, is in another region, or is for
// another name.

import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { type Check, type Finding, fail, look, ok, unlessMissing, warn } from './check.ts';

/** A domain and its certificate. */
interface CertifiedDomain {
  readonly domainName: string;
  readonly certificateArn: string;
}

const RENEWAL_MS = 30 * 24 * 60 * 60 * 1000;

/** Checks the certificate of one domain, in the region of the session. */
export const lookAtCertificate = ({ domainName, certificateArn }: CertifiedDomain): Promise<Check> =>
  look(`certificate of ${domainName}`, 'acm:DescribeCertificate', async () => {
    const acm = new ACMClient({});
    const [stackRegion, ownRegion] = [await acm.config.region(), certificateArn.split(':')[3]];
    if (ownRegion !== stackRegion) {
      return fail(
        `It is in ${ownRegion} and the deployment in ${stackRegion}: a regional API needs a certificate in its own region: ` +
          'request one there.',
      );
    }
    const answer = await unlessMissing(
      acm.send(new DescribeCertificateCommand({ CertificateArn: certificateArn })),
    );
    const {
      Status,
      DomainName = '',
      SubjectAlternativeNames = [],
      NotAfter,
      RenewalEligibility,
    } = answer?.Certificate ?? {};
    return judge(domainName, {
      status: Status,
      names: [DomainName, ...SubjectAlternativeNames],
      endsAt: NotAfter,
      renews: RenewalEligibility !== 'INELIGIBLE',
    });
  });

interface Certificate {
  readonly status: string | undefined;
  readonly names: readonly string[];
  readonly endsAt: Date | undefined;
  readonly renews: boolean;
}

const judge = (domainName: string, { status, names, endsAt, renews }: Certificate): Finding => {
  if (status === undefined)
    return fail('There is no such certificate in this account: check the ARN in the settings.');
  if (status === 'PENDING_VALIDATION') {
    return fail(
      'It is waiting for validation: add the CNAME records that ACM shows (`aws acm describe-certificate`) to the DNS zone.',
    );
  }
  if (status !== 'ISSUED') return fail(`It is ${status}: request another one.`);
  if (!names.some((name) => covers(name, domainName))) {
    return fail(
      `It is for ${[...new Set(names)].join(', ')} and not for ${domainName}: request one for that name.`,
    );
  }
  if (!renews && endsAt && endsAt.getTime() - Date.now() < RENEWAL_MS) {
    return warn(
      `It expires on ${endsAt.toISOString().slice(0, 10)} and ACM does not renew it, because it was imported: import the next one in time.`,
    );
  }
  return ok(`It is issued for ${domainName}.`);
};

/** Whether a certificate's name covers the domain: `*` covers exactly one label; the domain `*.a.b` needs `*.a.b`. */
export const covers = (name: string, domainName: string): boolean => {
  if (name.toLowerCase() === domainName) return true;
  return (
    !domainName.startsWith('*') && name.startsWith('*.') && withoutFirstLabel(domainName) === name.slice(2)
  );
};

const withoutFirstLabel = (domainName: string) => domainName.slice(domainName.indexOf('.') + 1);
