// The 404 on paths where nothing is served. On a path without a method the gateway expects a signed AWS request and answers a
// Bearer header with 403 IncompleteSignature, which Entra takes for wrong credentials.

import {
  AuthorizationType,
  type IResource,
  MockIntegration,
  PassthroughBehavior,
} from 'aws-cdk-lib/aws-apigateway';
import { Validations } from 'aws-cdk-lib/core';
import { ERROR_SCHEMA } from '../../lambdas/scim/errors/errors.ts';

/** For somebody who pasted another URL. The text goes into a Velocity template, so it contains no `$` and no `#`. */
export const NOT_A_TENANT_URL =
  'There is nothing at this path. A Tenant URL ends in /<tenant>/v2, for some clients in /v2 alone: ' +
  'copy it as it was handed out. The client appends /Users or /Groups.';

const CONTENT_TYPE = 'method.response.header.Content-Type';

/** The same template for each media type that SCIM clients send. */
const forScim = (template: string) => ({ 'application/json': template, 'application/scim+json': template });

const notFound = new MockIntegration({
  // Chosen by Content-Type; without one the gateway assumes application/json. Any other is a 415, also a SCIM error.
  requestTemplates: forScim(JSON.stringify({ statusCode: 404 })),
  passthroughBehavior: PassthroughBehavior.NEVER,
  integrationResponses: [
    {
      statusCode: '404',
      responseParameters: { [CONTENT_TYPE]: "'application/scim+json'" },
      // Chosen by Accept; application/json for a client that sends none.
      responseTemplates: forScim(
        JSON.stringify({ schemas: [ERROR_SCHEMA], status: '404', detail: NOT_A_TENANT_URL }),
      ),
    },
  ],
});

/** Answers every method at exactly this path with 404, with or without a token. */
export const addNotFound = (resource: IResource): void => {
  const method = resource.addMethod('ANY', notFound, {
    authorizationType: AuthorizationType.NONE,
    apiKeyRequired: false,
    methodResponses: [{ statusCode: '404', responseParameters: { [CONTENT_TYPE]: true } }],
  });
  Validations.of(method).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason: 'Everybody gets the same 404; there is nothing behind it to authorize.',
  });
};
