// How clients connect, to the API's own URL as to a domain of yours. Entra speaks TLS 1.2 with ECDHE and GCM.

import { EndpointAccessMode, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';

/** TLS 1.2 and 1.3 with forward secrecy, for the host that the certificate names only. */
export const tls = {
  securityPolicy: SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09,
  endpointAccessMode: EndpointAccessMode.STRICT,
};
