// The stack as `cdk synth` makes it, without what a local run does not need: bundles, and minutes of patience.

import { scimTemplate, type Template } from '../../lib/scim-app.ts';

/** CDK's own rules take five seconds to evaluate; `npm run synth` does. */
const WITHOUT_RULES = { '@aws-cdk/core:validateAgainstDefaultRules': false };

/** The template of the stack with the settings of cdk.json. */
export const synthesize = (): Template => scimTemplate(WITHOUT_RULES);
