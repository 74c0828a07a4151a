// What the API answers where nothing is served. A path without a method would be taken for a request to AWS itself: with a
// Bearer header that is 403 IncompleteSignature, which Entra reads as wrong credentials.

import {
  AuthorizationType,
  type IResource,
  MockIntegration,
  PassthroughBehavior,
} from 'aws-cdk-lib/aws-apigateway';
import { Validations } from 'aws-cdk-lib/core';
import { ERROR_SCHEMA } from '../../lambdas/scim/errors/errors.ts';

/** For whoever pasted something else. Velocity reads the templates, so there is no `$` and no `#` in it. */
export const NOT_A_TENANT_URL =
  'There is nothing at this path. A Tenant URL ends in /<tenant>/v2, for some clients in /v2 alone: ' +
  'copy it as it was handed out. The client appends /Users or /Groups.';

const CONTENT_TYPE = 'method.response.header.Content-Type';

/** The same under each media type that SCIM clients name. */
const forScim = (template: string) => ({ 'application/json': template, 'application/scim+json': template });

const notFound = new MockIntegration({
  // By Content-Type; a request without one is application/json to the gateway. Another is 415, a SCIM error too.
  requestTemplates: forScim(JSON.stringify({ statusCode: 404 })),
  passthroughBehavior: PassthroughBehavior.NEVER,
  integrationResponses: [
    {
      statusCode: '404',
      responseParameters: { [CONTENT_TYPE]: "'application/scim+json'" },
      // By Accept; application/json for a client that sends none.
      responseTemplates: forScim(
        JSON.stringify({ schemas: [ERROR_SCHEMA], status: '404', detail: NOT_A_TENANT_URL }),
      ),
    },
  ],
});

/** Has every method at this very path answer 404, with or without a token. */
export const addNotFound = (resource: IResource): void => {
  const method = resource.addMethod('ANY', notFound, {
    authorizationType: AuthorizationType.NONE,
    apiKeyRequired: false,
    methodResponses: [{ statusCode: '404', responseParameters: { [CONTENT_TYPE]: true } }],
  });
  Validations.of(method).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason: 'The answer is the same 404 for everybody: there is nothing behind it to be authorized for.',
  });
};
