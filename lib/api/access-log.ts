// The access log: one line per request, including those that the gateway refuses. A line names the tenant and the key, never
// the token, and leaves out the query string, because filters contain people's names.
//
// The path is the only field that a client controls (a request id that a client sends must be a UUID), and AWS does not
// document that it is escaped. So it comes last: whatever it contains, the fields before it can be parsed
// (bin/scim/log/access-line.ts). For the same reason the metric filters match text (lib/observability/request-measures.ts): a
// JSON filter skips lines that are not valid JSON.

import { AccessLogField, AccessLogFormat, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { PartProps } from '../settings/config.ts';

const fields = {
  time: AccessLogField.contextRequestTime(),
  requestId: AccessLogField.contextRequestId(),
  tenant: AccessLogField.contextAuthorizer('tenant'),
  keyId: AccessLogField.contextAuthorizer('keyId'),
  method: AccessLogField.contextHttpMethod(),
  status: AccessLogField.contextStatus(),
  refusal: AccessLogField.contextErrorResponseType(),
  milliseconds: AccessLogField.contextResponseLatency(),
  /** By which the authorizer's log says why it refused the token. */
  authorizerRequestId: '$context.authorizer.requestId',
  authorizerMilliseconds: AccessLogField.contextAuthorizerLatency(),
  bytes: AccessLogField.contextResponseLength(),
  sourceIp: AccessLogField.contextIdentitySourceIp(),
  tls: '$context.tlsVersion',
  path: AccessLogField.contextPath(),
};

/** The log group and the line format, both for the stage. */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  readonly accessLogDestination: LogGroupLogDestination;
  /** The fields as one line of JSON, which the gateway does not promise to escape. */
  readonly accessLogFormat = AccessLogFormat.custom(JSON.stringify(fields));

  constructor(scope: Construct, id: string, { config }: PartProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      encryptionKey: config.encryptionKey,
    });
    this.accessLogDestination = new LogGroupLogDestination(this.logGroup);
  }
}
