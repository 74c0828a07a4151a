// Why a token could not be made, rotated or retired: one sentence for an operator, with the way out.

export type TokenErrorCode =
  | 'noToken'
  | 'insideGrace'
  | 'beingDeleted'
  | 'concurrentRotation'
  | 'notPending'
  | 'brokenVersion'
  | 'revoked'
  | 'badSchedule'
  | 'noDeploymentSecret';

export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
