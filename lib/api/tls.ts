// How clients connect, both to the API's own URL and to custom domains. Entra uses TLS 1.2 with ECDHE and GCM.

import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Config } from '../settings/config.ts';

/** The TLS properties of an API or a domain. */
export type Tls = Pick<CfnRestApi, 'securityPolicy' | 'endpointAccessMode'>;

/** The endpoint access mode requires an enhanced policy, recognised by its prefix. */
export const tlsOf = ({ tlsPolicy, endpointAccessMode }: Config): Tls => ({
  securityPolicy: tlsPolicy,
  endpointAccessMode: tlsPolicy.startsWith('SecurityPolicy_') ? endpointAccessMode : undefined,
});
