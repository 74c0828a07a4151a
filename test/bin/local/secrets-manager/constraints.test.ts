// The Secrets Manager of this machine takes no parameter that AWS would not take.

import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../../../bin/local/secrets-manager/secrets-manager.ts';

let emulator: SecretsManager;
let client: SecretsManagerClient;
const SecretId = 'scim/acme/token';
const text = (length: number) => 'x'.repeat(length);
const tag = (Key: string, Value = 'v') => ({ Key, Value });

beforeAll(async () => {
  emulator = await startSecretsManager();
  client = new SecretsManagerClient({ endpoint: emulator.endpoint, maxAttempts: 1 });
  await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'first' }));
});
afterAll(() => emulator.stop());

const create = (more: object) =>
  new CreateSecretCommand({ Name: `scim/${randomUUID()}/token`, SecretString: 'x', ...more });
const put = (more: object) => new PutSecretValueCommand({ SecretId, SecretString: 'x', ...more });

/** AWS Secrets Manager API Reference; "Quotas" in its User Guide. */
test.each<[what: string, command: object]>([
  ['a name over 512 characters', create({ Name: text(513) })],
  ['a value over 65,536 bytes', create({ SecretString: text(65_537) })],
  ['a value of 65,538 bytes in half as many characters', put({ SecretString: 'é'.repeat(32_769) })],
  ['an empty value', put({ SecretString: '' })],
  ['a description over 2,048 characters', create({ Description: text(2049) })],
  ['51 tags', create({ Tags: Array.from({ length: 51 }, (_, n) => tag(`k${n}`)) })],
  ['a tag of AWS', create({ Tags: [tag('aws:mine')] })],
  ['a tag without a key', new TagResourceCommand({ SecretId, Tags: [tag('')] })],
  ['a tag with a long value', new TagResourceCommand({ SecretId, Tags: [tag('k', text(257))] })],
  ['a token under 32 characters', put({ ClientRequestToken: text(31) })],
  ['a token over 64 characters', put({ ClientRequestToken: text(65) })],
  ['a stage over 256 characters', put({ VersionStages: [text(257)] })],
  ['21 stages', put({ VersionStages: Array.from({ length: 21 }, (_, n) => `stage${n}`) })],
  ['no stage in a list of them', put({ VersionStages: [] })],
  ['an id over 2,048 characters', new DescribeSecretCommand({ SecretId: text(2049) })],
  ['a version under 32 characters', new GetSecretValueCommand({ SecretId, VersionId: 'first' })],
  [
    'a move to a version over 64 characters',
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: text(65),
    }),
  ],
  ['a page of none', new ListSecretsCommand({ MaxResults: 0 })],
  ['a page of 101', new ListSecretsCommand({ MaxResults: 101 })],
])('%s is refused (S1.9)', async (_, command) => {
  await expect(client.send(command as never)).rejects.toMatchObject({
    name: expect.stringMatching(/^(Validation|InvalidParameter)Exception$/),
  });
});

test('a stage that is not there, and the name of a secret that is being deleted, are refused (S1.9)', async () => {
  await expect(
    client.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPENDING' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const Name = 'scim/going/token';
  await client.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
  await client.send(new DeleteSecretCommand({ SecretId: Name }));
  for (const command of [
    new CreateSecretCommand({ Name, SecretString: 'y' }),
    new GetSecretValueCommand({ SecretId: Name }),
    new PutSecretValueCommand({ SecretId: Name, SecretString: 'y' }),
  ])
    await expect(client.send(command as never)).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

test('what is at the limit is taken (S1.9)', async () => {
  const Name = text(512);
  await client.send(
    new CreateSecretCommand({
      Name,
      SecretString: text(65_536),
      Description: text(2048),
      ClientRequestToken: text(64),
      Tags: Array.from({ length: 50 }, (_, n) => tag(`k${n}`, text(256))),
    }),
  );
  const { SecretString } = await client.send(
    new GetSecretValueCommand({ SecretId: Name, VersionId: text(64) }),
  );
  expect(SecretString).toHaveLength(65_536);
});
