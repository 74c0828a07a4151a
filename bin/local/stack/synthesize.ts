// The stack as `cdk synth` synthesizes it, without the slow parts that a local run does not need, such as bundles.

import { scimTemplate, type Template } from '../../../lib/scim-app.ts';

/** CDK's own rules take five seconds to evaluate; `npm run synth` evaluates them. */
const WITHOUT_RULES = { '@aws-cdk/core:validateAgainstDefaultRules': false };

/** On one machine tenants do not compete, and tests send more requests than a tenant may. */
const WITHOUT_THROTTLE = { 'scim:tenantRequestsPerSecond': 0 };

/** The template of the stack with the settings of cdk.json; tenants are throttled only with `throttle`. */
export const synthesize = ({ throttle = false } = {}): Template =>
  scimTemplate({ ...WITHOUT_RULES, ...(!throttle && WITHOUT_THROTTLE) });
