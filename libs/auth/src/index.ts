/** Who may send and who may read: two kinds of tokens, signed by two keys. */
export { claimsToBeAgent } from './agent-or-not.ts'
export { type AgentClaims, type AgentVerifier, agentVerifier } from './agent-token.ts'
export { INGEST_AUDIENCE, mintAgentToken } from './mint.ts'
export { samePassword } from './password.ts'
export { SESSION_AUDIENCE, type Session, type SessionKeeper, sessionKeeper } from './session.ts'
export { TokenError } from './token-error.ts'
