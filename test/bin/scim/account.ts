// As much of an AWS account as `preflight` looks at, for the real clients: each call by its IAM action, with an answer or an error.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../../bin/local/process/listen.ts';

/** An error of AWS: the name and HTTP status of its answer. */
export class Refusal {
  readonly name: string;
  readonly status: number;

  constructor(name: string, status = 400) {
    this.name = name;
    this.status = status;
  }
}

export type Answers = Readonly<Record<string, unknown>>;

export interface Account {
  readonly endpoint: string;
  /**
   * What it answers from now on, by action: `acm:DescribeCertificate`, `apigateway:/account`. A stack is its status, with
   * the outputs of ours, `<status> of-others` without, or `<status> Product` with those of an endpoint of this id.
   */
  answers: Answers;
  /** The actions that were called, with their bodies, if they had any. */
  readonly calls: { readonly action: string; readonly body: string }[];
  readonly stop: () => Promise<void>;
}

const SERVICES: Readonly<Record<string, string>> = {
  CertificateManager: 'acm',
  AWSEvents: 'events',
  secretsmanager: 'secretsmanager',
  DynamoDB_20120810: 'dynamodb',
};

const actionOf = (target: string | undefined, url: string, body: string): string => {
  if (target) {
    const [service = '', action] = target.split('.');
    return `${SERVICES[service] ?? service}:${action}`;
  }
  if (url.includes('account-settings')) return 'lambda:GetAccountSettings';
  if (body.includes('Action=')) return `cloudformation:${new URLSearchParams(body).get('Action')}`;
  return `apigateway:${url.split('?')[0]}`;
};

const outputs = Object.entries({
  BaseUrl: 'https://scim.example.com',
  TableName: 'scim-test',
  SecretPrefix: 'scim',
  UsagePlanId: 'plan',
});
const outputsUnder = (prefix: string) =>
  outputs
    .map(
      ([key, value]) =>
        `<member><OutputKey>${prefix}${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    )
    .join('');

const stackXml = (status: string, whose = '') =>
  '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>' +
  `<StackName>Scim</StackName><StackStatus>${status}</StackStatus><Outputs>${whose === 'of-others' ? '' : outputsUnder(whose)}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

const errorXml = (name: string, message: string) =>
  '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>' +
  `<Code>${name}</Code><Message>${message}</Message></Error></ErrorResponse>`;

/** Starts it on loopback; an action without an answer is one that nobody expected. */
export const startAccount = async (): Promise<Account> => {
  const account: { answers: Answers; readonly calls: Account['calls'] } = { answers: {}, calls: [] };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const action = actionOf(request.headers['x-amz-target']?.toString(), request.url ?? '', body);
    account.calls.push({ action, body });
    const answer = account.answers[action] ?? new Refusal(`NobodyExpected ${action}`, 418);
    const isXml = action.startsWith('cloudformation:');
    if (answer instanceof Refusal) {
      const message = answer.name === 'ValidationError' ? 'Stack with id Scim does not exist' : 'Refused.';
      response.writeHead(answer.status, { 'x-amzn-errortype': answer.name });
      response.end(isXml ? errorXml(answer.name, message) : JSON.stringify({ __type: answer.name, message }));
      return;
    }
    response.writeHead(200, { 'Content-Type': isXml ? 'text/xml' : 'application/json' });
    const [status = '', whose] = String(answer).split(' ');
    response.end(isXml ? stackXml(status, whose) : JSON.stringify(answer));
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return Object.assign(account, { endpoint: `http://127.0.0.1:${port}`, stop });
};
