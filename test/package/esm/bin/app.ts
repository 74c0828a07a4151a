import { App, Stack } from 'aws-cdk-lib/core';
import { ScimEndpoint, type ScimEndpointProps, SettingError } from 'scim-endpoint';
import { described } from '../lib/events.js';

const app = new App();
new ScimEndpoint(new Stack(app, 'Scim'), 'Default');

const product = new Stack(app, 'Product', { env: { account: '123456789012', region: 'eu-west-1' } });
const props: ScimEndpointProps = { webAcl: 'managed', eventSubscriberAccounts: ['210987654321'] };
new ScimEndpoint(product, 'Scim', props);

try {
  new ScimEndpoint(new Stack(app, 'Wrong'), 'Scim', { tokenGraceDays: 0 });
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  app.node.tryRemoveChild('Wrong');
}
if (!described) throw new Error('An event has no schema.');
