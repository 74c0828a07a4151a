// The stack as `cdk synth` makes it, without what a local run does not need: bundles, and minutes of patience.

import { scimTemplate, type Template } from '../../../lib/scim-app.ts';

/** CDK's own rules take five seconds to evaluate; `npm run synth` does. */
const WITHOUT_RULES = { '@aws-cdk/core:validateAgainstDefaultRules': false };

/** On one machine nobody takes the service from others, and tests send more than a tenant may. */
const WITHOUT_THROTTLE = { 'scim:tenantRequestsPerSecond': 0 };

/** The template of the stack with the settings of cdk.json; tenants are throttled only if `throttle` says so. */
export const synthesize = ({ throttle = false } = {}): Template =>
  scimTemplate({ ...WITHOUT_RULES, ...(!throttle && WITHOUT_THROTTLE) });
