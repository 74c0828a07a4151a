// How clients connect, to the API's own URL as to a domain of yours. Entra speaks TLS 1.2 with ECDHE and GCM.

import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Config } from '../settings/config.ts';

export type Tls = Pick<CfnRestApi, 'securityPolicy' | 'endpointAccessMode'>;

/** The access mode only goes with an enhanced policy, whose name says so. */
export const tlsOf = ({ tlsPolicy, endpointAccessMode }: Config): Tls => ({
  securityPolicy: tlsPolicy,
  endpointAccessMode: tlsPolicy.startsWith('SecurityPolicy_') ? endpointAccessMode : undefined,
});
