// The emulator, asked by the real client: what tokens and their rotation rely on behaves as in AWS.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../../../bin/local/secrets-manager/secrets-manager.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const file = join(folder, 'secrets.json');
let emulator: SecretsManager;
let client: SecretsManagerClient;

const start = async () => {
  emulator = await startSecretsManager(file);
  client = new SecretsManagerClient({ endpoint: emulator.endpoint, maxAttempts: 1 });
};
const stop = async () => {
  client.destroy();
  await emulator.stop();
};

beforeAll(start);
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

/** A secret with one version, as a tenant's token begins. */
const newSecret = async (value = 'first') => {
  const name = `scim/${randomUUID()}/token`;
  const versionId = randomUUID();
  const created = await client.send(
    new CreateSecretCommand({ Name: name, SecretString: value, ClientRequestToken: versionId }),
  );
  return { name, versionId, arn: created.ARN };
};
const put = (SecretId: string, SecretString: string, stages?: string[], token = randomUUID()) =>
  client.send(
    new PutSecretValueCommand({ SecretId, SecretString, VersionStages: stages, ClientRequestToken: token }),
  );
const stagesOf = async (SecretId: string) =>
  (await client.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages;
const moveStage = (SecretId: string, VersionStage: string, from?: string, to?: string) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage,
      RemoveFromVersionId: from,
      MoveToVersionId: to,
    }),
  );

describe('CreateSecret', () => {
  test('makes the request token the id of the first version, which is current', async () => {
    const { name, versionId, arn } = await newSecret('value');

    const answer = await client.send(new GetSecretValueCommand({ SecretId: name, VersionId: versionId }));

    expect(answer).toMatchObject({
      ARN: arn,
      Name: name,
      VersionId: versionId,
      SecretString: 'value',
      VersionStages: ['AWSCURRENT'],
    });
    expect(answer.CreatedDate?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test('repeated with the same token and value answers again; with another token the name is taken', async () => {
    const { name, versionId, arn } = await newSecret('value');
    const repeat = { Name: name, SecretString: 'value' };

    await expect(
      client.send(new CreateSecretCommand({ ...repeat, ClientRequestToken: versionId })),
    ).resolves.toMatchObject({ ARN: arn, VersionId: versionId });
    await expect(
      client.send(new CreateSecretCommand({ ...repeat, ClientRequestToken: randomUUID() })),
    ).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  test('refuses a name that AWS refuses', async () => {
    await expect(
      client.send(new CreateSecretCommand({ Name: 'scim/a b', SecretString: 'x' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('PutSecretValue', () => {
  test('makes the new version current and the one before it previous', async () => {
    const { name, versionId: first } = await newSecret();

    const { VersionId: second = '' } = await put(name, 'second');
    const { VersionId: third = '' } = await put(name, 'third');

    expect(await stagesOf(name)).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] });
    const deprecated = await client.send(new GetSecretValueCommand({ SecretId: name, VersionId: first }));
    expect(deprecated).toMatchObject({ SecretString: 'first' });
    expect(deprecated.VersionStages).toBeUndefined();
  });

  test('with AWSPENDING leaves the current version alone', async () => {
    const { name, versionId } = await newSecret();

    const { VersionId: pending = '' } = await put(name, 'next', ['AWSPENDING']);

    expect(await stagesOf(name)).toEqual({ [versionId]: ['AWSCURRENT'], [pending]: ['AWSPENDING'] });
  });

  test('repeated changes nothing, and its token cannot carry another value', async () => {
    const { name } = await newSecret();
    const token = randomUUID();
    await put(name, 'second', undefined, token);
    await put(name, 'third');
    const before = await stagesOf(name);

    await put(name, 'second', undefined, token);
    expect(await stagesOf(name)).toEqual(before);
    await expect(put(name, 'other', undefined, token)).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
  });
});

describe('UpdateSecretVersionStage', () => {
  test('moving AWSCURRENT puts AWSPREVIOUS on the version that lost it', async () => {
    const { name, versionId: first } = await newSecret();
    const { VersionId: next = '' } = await put(name, 'next', ['AWSPENDING']);

    await moveStage(name, 'AWSCURRENT', first, next);

    expect(await stagesOf(name)).toEqual({ [first]: ['AWSPREVIOUS'], [next]: ['AWSPENDING', 'AWSCURRENT'] });
  });

  test('takes AWSPREVIOUS off', async () => {
    const { name, versionId: first } = await newSecret();
    const { VersionId: second = '' } = await put(name, 'second');

    await moveStage(name, 'AWSPREVIOUS', first);

    expect(await stagesOf(name)).toEqual({ [second]: ['AWSCURRENT'] });
  });

  test.each([
    ['AWSCURRENT is moved without naming who carries it', 'AWSCURRENT', undefined, 'second'],
    ['AWSCURRENT is taken off', 'AWSCURRENT', 'first', undefined],
    ['the label is not on the version named', 'AWSCURRENT', 'second', 'first'],
    ['no version is named', 'AWSCURRENT', undefined, undefined],
  ])('refuses when %s', async (_, stage, from, to) => {
    const { name, versionId: first } = await newSecret();
    const { VersionId: second = '' } = await put(name, 'second', ['AWSPENDING']);
    const ids: Record<string, string> = { first, second };
    const before = await stagesOf(name);

    await expect(moveStage(name, stage, from && ids[from], to && ids[to])).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    expect(await stagesOf(name)).toEqual(before);
  });
});

describe('GetSecretValue', () => {
  test('without version answers with the current one, by name, ARN and partial ARN', async () => {
    const { name, arn = '' } = await newSecret();
    await put(name, 'second');

    for (const SecretId of [name, arn, arn.slice(0, -7)]) {
      await expect(client.send(new GetSecretValueCommand({ SecretId }))).resolves.toMatchObject({
        SecretString: 'second',
      });
    }
  });

  test.each([
    ['no such secret', { SecretId: 'scim/nobody/token' }, 'ResourceNotFoundException'],
    ['no such version', { VersionId: randomUUID() }, 'ResourceNotFoundException'],
    ['no version with the stage', { VersionStage: 'AWSPREVIOUS' }, 'ResourceNotFoundException'],
  ])('%s: %s', async (_, input, name) => {
    const secret = await newSecret();

    await expect(
      client.send(new GetSecretValueCommand({ SecretId: secret.name, ...input })),
    ).rejects.toMatchObject({ name });
  });

  test('refuses a stage that is not on the version named with it', async () => {
    const { name, versionId } = await newSecret();

    await expect(
      client.send(
        new GetSecretValueCommand({ SecretId: name, VersionId: versionId, VersionStage: 'AWSPENDING' }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });
});

describe('DeleteSecret', () => {
  test('with a recovery window keeps the name and the value until it is restored', async () => {
    const { name } = await newSecret('kept');
    const { DeletionDate } = await client.send(
      new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }),
    );

    expect((DeletionDate?.getTime() ?? 0) / 86_400_000).toBeCloseTo(Date.now() / 86_400_000 + 7, 2);
    await expect(client.send(new GetSecretValueCommand({ SecretId: name }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await expect(
      client.send(new CreateSecretCommand({ Name: name, SecretString: 'x' })),
    ).rejects.toMatchObject({ name: 'InvalidRequestException' });

    await client.send(new RestoreSecretCommand({ SecretId: name }));
    await expect(client.send(new GetSecretValueCommand({ SecretId: name }))).resolves.toMatchObject({
      SecretString: 'kept',
    });
  });

  test('by force frees the name at once, and does not mind that it was gone', async () => {
    const { name } = await newSecret();
    const force = new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true });

    await client.send(force);
    await client.send(force);

    await expect(
      client.send(new CreateSecretCommand({ Name: name, SecretString: 'again' })),
    ).resolves.toMatchObject({ Name: name });
  });

  test('refuses a recovery window that AWS refuses', async () => {
    const { name } = await newSecret();

    await expect(
      client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 6 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('lists and tags', () => {
  test('ListSecrets finds by the beginning of a name, in pages', async () => {
    const prefix = `listed-${randomUUID()}`;
    for (const n of [1, 2, 3]) {
      await client.send(new CreateSecretCommand({ Name: `${prefix}/${n}`, SecretString: 'x' }));
    }
    const query = { Filters: [{ Key: 'name' as const, Values: [prefix] }], SortOrder: 'asc' as const };

    const first = await client.send(new ListSecretsCommand({ ...query, MaxResults: 2 }));
    const second = await client.send(new ListSecretsCommand({ ...query, NextToken: first.NextToken }));

    expect(first.SecretList?.map(({ Name }) => Name)).toEqual([`${prefix}/1`, `${prefix}/2`]);
    expect(second.SecretList?.map(({ Name }) => Name)).toEqual([`${prefix}/3`]);
    expect(second.NextToken).toBeUndefined();
  });

  test('ListSecretVersionIds leaves versions without a label out unless they are asked for', async () => {
    const { name, versionId: first } = await newSecret();
    await put(name, 'second');
    await put(name, 'third');
    const versionIds = async (IncludeDeprecated: boolean) =>
      (
        await client.send(new ListSecretVersionIdsCommand({ SecretId: name, IncludeDeprecated }))
      ).Versions?.map(({ VersionId }) => VersionId);

    expect(await versionIds(false)).toHaveLength(2);
    expect(await versionIds(false)).not.toContain(first);
    expect(await versionIds(true)).toContain(first);
  });

  test('tags are added, replaced and removed', async () => {
    const { name } = await newSecret();
    const tag = (Key: string, Value: string) =>
      client.send(new TagResourceCommand({ SecretId: name, Tags: [{ Key, Value }] }));
    await tag('owner', 'one');
    await tag('owner', 'two');
    await tag('gone', 'soon');

    await client.send(new UntagResourceCommand({ SecretId: name, TagKeys: ['gone'] }));

    const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: name }));
    expect(Tags).toEqual([{ Key: 'owner', Value: 'two' }]);
  });
});

describe('the secrets of a stack', () => {
  const NOTHING_LEFT_OUT = {
    PasswordLength: 300,
    ExcludeCharacters: '',
    ExcludeLowercase: false,
    ExcludeUppercase: false,
    ExcludeNumbers: false,
    ExcludePunctuation: false,
    IncludeSpace: false,
  };
  const arnOf = (name: string) => `arn:aws:secretsmanager:eu-central-1:000000000000:secret:${name}`;
  const readValue = async (SecretId: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
  /** What a value of these rules has, most certainly, in 300 characters. */
  const made = async (rules: Partial<typeof NOTHING_LEFT_OUT>) => {
    const Name = randomUUID();
    emulator.ensure([{ Name, GenerateSecretString: { ...NOTHING_LEFT_OUT, ...rules } }]);
    return readValue(arnOf(Name));
  };

  test('have the value that is given', async () => {
    const Name = randomUUID();
    emulator.ensure([{ Name, Description: 'What for.', SecretString: 'given' }]);
    expect(await readValue(Name)).toBe('given');
  });

  test.each([
    [{}, /^[!-~]{300}$/],
    [{ PasswordLength: 64, ExcludePunctuation: true }, /^[A-Za-z0-9]{64}$/],
    [{ ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true }, /^[0-9]{300}$/],
    [
      { ExcludeNumbers: true, ExcludePunctuation: true, ExcludeCharacters: 'aeiou' },
      /^[A-Zb-df-hj-np-tv-z]{300}$/,
    ],
    [{ IncludeSpace: true, ExcludePunctuation: true }, /^(?=.* )[A-Za-z0-9 ]{300}$/],
  ])('have one by the rules %j', async (rules, shape) => {
    const value = await made(rules);
    expect(value).toMatch(shape);
    expect(await made(rules)).not.toBe(value);
  });

  test('keep their value from one run to the next, and when it was rotated', async () => {
    const Name = randomUUID();
    const secrets = [{ Name, GenerateSecretString: NOTHING_LEFT_OUT }];
    emulator.ensure(secrets);
    const value = await readValue(Name);
    emulator.ensure(secrets);
    await stop();
    await start();
    emulator.ensure(secrets);
    expect(await readValue(Name)).toBe(value);
    await put(Name, 'rotated');
    emulator.ensure(secrets);
    expect(await readValue(Name)).toBe('rotated');
  });
});

describe('the protocol and the file', () => {
  const call = (target: string, body: string) =>
    fetch(emulator.endpoint, { method: 'POST', headers: { 'x-amz-target': target }, body });

  test.each([
    ['an unknown operation', 'secretsmanager.Explode', '{}', 'UnknownOperationException'],
    ['a name that objects inherit', 'secretsmanager.constructor', '{}', 'UnknownOperationException'],
    ['malformed JSON', 'secretsmanager.GetSecretValue', '{', 'SerializationException'],
    ['no secret id', 'secretsmanager.GetSecretValue', '{}', 'InvalidParameterException'],
  ])('%s is a 400', async (_, target, body, type) => {
    const answer = await call(target, body);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: type });
  });

  test('what was answered is in the file, for its owner only, and is there after a restart', async () => {
    const { name } = await newSecret('durable');
    expect(readFileSync(file, 'utf8')).toContain(name);
    expect(statSync(file).mode & 0o077).toBe(0);

    await stop();
    await start();

    await expect(client.send(new GetSecretValueCommand({ SecretId: name }))).resolves.toMatchObject({
      SecretString: 'durable',
    });
  });
});
