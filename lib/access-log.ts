// One line per request, also for those that the gateway refuses. It says which tenant and which key, never the token, and
// not the query string, where filters carry people's names.
//
// The path is the one field that a client writes as it likes (a request id of its own must be a UUID), and AWS does not say
// that it is escaped. So it comes last: whatever is in it, what stands before can be read (bin/scim/log/access-line.ts), and the
// filter on the status asks for text (lib/measures.ts), because one for JSON passes over a line that is none.

import { AccessLogField, AccessLogFormat, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Config } from './config.ts';

const fields = {
  time: AccessLogField.contextRequestTime(),
  requestId: AccessLogField.contextRequestId(),
  tenant: AccessLogField.contextAuthorizer('tenant'),
  keyId: AccessLogField.contextAuthorizer('keyId'),
  method: AccessLogField.contextHttpMethod(),
  status: AccessLogField.contextStatus(),
  refusal: AccessLogField.contextErrorResponseType(),
  milliseconds: AccessLogField.contextResponseLatency(),
  authorizerMilliseconds: AccessLogField.contextAuthorizerLatency(),
  bytes: AccessLogField.contextResponseLength(),
  sourceIp: AccessLogField.contextIdentitySourceIp(),
  tls: '$context.tlsVersion',
  path: AccessLogField.contextPath(),
};

/** The log group with the format; both go into the stage. */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  readonly accessLogDestination: LogGroupLogDestination;
  readonly accessLogFormat = AccessLogFormat.custom(JSON.stringify(fields));

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      encryptionKey: config.encryptionKey,
    });
    this.accessLogDestination = new LogGroupLogDestination(this.logGroup);
  }
}
