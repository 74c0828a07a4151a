// As much of CloudFormation as answers DescribeStacks to the real client.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from '@jest/globals';
import { listenOnLoopback } from '../../../bin/local/process/listen.ts';
import { deploymentSecret } from '../../setup/deployment-secret.ts';

export interface CloudFormation {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

const outputXml = ([key, value]: [string, string]) =>
  `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;

const stackXml = (name: string, outputs: Readonly<Record<string, string>>) =>
  `<DescribeStacksResponse xmlns="${NAMESPACE}"><DescribeStacksResult><Stacks><member><StackName>${name}</StackName>` +
  `<Outputs>${Object.entries(outputs).map(outputXml).join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

const errorXml = (code: string, message: string) =>
  `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

/**
 * What every stack of this application that has a domain says, with the table and the secrets of the tests; of the deployment's
 * own, the name will do.
 */
export const outputsOfTests = {
  BaseUrl: 'https://scim.example.com/',
  TableName: 'scim-test',
  SecretPrefix: 'scim',
  DeploymentSecretArn: deploymentSecret.Name,
  DomainTarget: 'd-a1b2c3.execute-api.eu-central-1.amazonaws.com',
};

/** Has CloudFormation know the `stacks` (default: one, `Scim`) for the tests of a file. */
export const playStacks = (stacks: Stacks = { Scim: outputsOfTests }): void => {
  let playing: CloudFormation;
  beforeAll(async () => {
    playing = await startCloudFormation(stacks);
    process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = playing.endpoint;
  });
  afterAll(() => playing.stop());
};

type Stacks = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Knows the stacks named in `stacks` by their outputs; a stack called after an error fails with it. */
export const startCloudFormation = async (stacks: Stacks): Promise<CloudFormation> => {
  const server = createServer(async (request, response) => {
    const name = new URLSearchParams(await text(request)).get('StackName') ?? '';
    const outputs = stacks[name];
    const isError = /^(ExpiredToken|AccessDenied)$/.test(name);
    const [code, message] = isError
      ? [name, 'The security token or its rights do not suffice']
      : ['ValidationError', `Stack with id ${name} does not exist`];
    response.writeHead(outputs ? 200 : isError ? 403 : 400, { 'Content-Type': 'text/xml' });
    response.end(outputs ? stackXml(name, outputs) : errorXml(code, message));
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop };
};
