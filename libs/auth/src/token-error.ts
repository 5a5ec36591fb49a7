/** What is wrong with a token, in a form that programs can read. */
import { errors } from 'jose'

export type TokenErrorCode =
  | 'token_missing'
  | 'token_malformed'
  | 'token_algorithm'
  | 'token_signature'
  | 'token_expired'
  | 'token_not_yet'
  | 'token_audience'
  | 'token_lifetime'
  | 'token_claims'

/** Answered with 401. */
export class TokenError extends Error {
  override name = 'TokenError'
  readonly code: TokenErrorCode
  readonly statusCode = 401

  constructor(code: TokenErrorCode, message: string) {
    super(message)
    this.code = code
  }

  /** Translates what jose found wrong. */
  static from(error: unknown): TokenError {
    if (error instanceof TokenError) return error
    if (error instanceof errors.JWTExpired) return new TokenError('token_expired', 'the token has expired')
    if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
      return new TokenError('token_algorithm', 'the token must be signed with HS256')
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      return new TokenError('token_signature', 'the token was signed with another secret')
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      if (error.claim === 'aud')
        return new TokenError('token_audience', 'the token is meant for another audience')
      if (error.claim === 'nbf') return new TokenError('token_not_yet', 'the token is not valid yet')
      return new TokenError('token_claims', `the token's claim ${error.claim} is missing or wrong`)
    }
    return new TokenError('token_malformed', 'the Authorization header holds no JWT')
  }
}
