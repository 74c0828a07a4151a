// Replaces the endpoint rules of four SDK clients in the bundles: decision trees for every endpoint of a service, of which a
// function needs one. FIPS (AWS_USE_FIPS_ENDPOINT) is supported; unsupported options are rejected.
// test/lib/bundles/endpoints.test.ts compares every result with the SDK's.

/** The DNS suffixes of partitions other than `amazonaws.com`, by the prefix of their regions. */
const endings: Readonly<Record<string, string>> = {
  'cn-': 'amazonaws.com.cn',
  'eusc-': 'amazonaws.eu',
  'us-iso-': 'c2s.ic.gov',
  'us-isob-': 'sc2s.sgov.gov',
  'us-isof-': 'csp.hci.ic.gov',
  'eu-isoe-': 'cloud.adc-e.uk',
};

interface Parameters {
  readonly Region?: string;
  /** From `AWS_ENDPOINT_URL` or `AWS_ENDPOINT_URL_<SERVICE>`, which the SDK reads. */
  readonly Endpoint?: string;
  readonly UseFIPS?: boolean;
  readonly UseDualStack?: boolean;
  readonly AccountIdEndpointMode?: string;
}

interface Endpoint {
  readonly url: URL;
  readonly properties: object;
  readonly headers: object;
}

/** `isFipsInGov`: in us-gov the regular endpoint is the FIPS one. */
const resolverOf = (service: string, { isFipsInGov }: { readonly isFipsInGov: boolean }) => {
  const addressOf = ({ Region, Endpoint, UseFIPS }: Parameters): string => {
    if (Endpoint !== undefined) return Endpoint;
    if (!Region) throw new Error('Region is missing: AWS_REGION says which.');
    const [, ending = 'amazonaws.com'] =
      Object.entries(endings).find(([start]) => Region.startsWith(start)) ?? [];
    const fips = UseFIPS && !(isFipsInGov && Region.startsWith('us-gov-')) ? '-fips' : '';
    return `https://${service}${fips}.${Region}.${ending}`;
  };

  const known = new Map<string, Endpoint>();
  return (parameters: Parameters): Endpoint => {
    refuse(parameters);
    const address = addressOf(parameters);
    const endpoint = known.get(address) ?? { url: new URL(address), properties: {}, headers: {} };
    known.set(address, endpoint);
    return endpoint;
  };
};

const refuse = ({ Endpoint, UseFIPS, UseDualStack, AccountIdEndpointMode }: Parameters): void => {
  if (UseFIPS && Endpoint !== undefined) throw new Error(`${Endpoint} is not known to be a FIPS endpoint.`);
  if (UseDualStack) throw new Error('Dual-stack endpoints are left out of the bundles.');
  if (AccountIdEndpointMode === 'required')
    throw new Error('Endpoints by account are left out of the bundles.');
};

/** The bucket is part of the host name, or of the path if an endpoint was given. */
export const s3 = (parameters: Parameters & { readonly Bucket?: string }): Endpoint => {
  const { Bucket, Region, Endpoint: given } = parameters;
  const { url, headers } = anyS3(parameters);
  // S3 signs the path as it is; other services encode it once more for the signature.
  const signed = { disableDoubleEncoding: true, name: 'sigv4', signingName: 's3', signingRegion: Region };
  const properties = { authSchemes: [signed] };
  if (Bucket === undefined) return { url, headers, properties };
  const { protocol, host, pathname } = url;
  const inBucket =
    given === undefined
      ? `${protocol}//${Bucket}.${host}${pathname}`
      : `${protocol}//${host}${pathname.replace(/\/$/, '')}/${Bucket}`;
  return { url: new URL(inBucket), headers, properties };
};
const anyS3 = resolverOf('s3', { isFipsInGov: false });

/** The endpoint rules of DynamoDB. Every resolver throws an `Error` without a region, and for options that are left out. */
export const dynamodb = resolverOf('dynamodb', { isFipsInGov: true });

/** The endpoint rules of Secrets Manager. */
export const secretsManager = resolverOf('secretsmanager', { isFipsInGov: false });

/** The endpoint rules of EventBridge. */
export const eventBridge = resolverOf('events', { isFipsInGov: true });
