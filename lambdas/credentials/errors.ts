// Why a token could not be created, rotated or retired.

type TokenErrorCode =
  | 'noToken'
  | 'insideGrace'
  | 'beingDeleted'
  | 'concurrentRotation'
  | 'notPending'
  | 'brokenVersion'
  | 'revoked'
  | 'badSchedule'
  | 'noDeploymentSecret'
  | 'stillAccepted'
  | 'notSettled';

/** The message is one sentence for the operator, with the way out; the code is stable, for callers. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
