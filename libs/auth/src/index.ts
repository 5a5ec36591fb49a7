/** Who may send and who may read: agents' tokens, and what people and their programs show. */
export { claimsToBeAgent } from './agent-or-not.ts'
export { type AgentClaims, type AgentVerifier, agentVerifier } from './agent-token.ts'
export { apiTokenHash, newApiToken, newSessionToken, sessionHash } from './bearer.ts'
export { INGEST_AUDIENCE, mintAgentToken } from './mint.ts'
export { hashPassword, verifyPassword } from './password.ts'
export { setUpCode } from './set-up-code.ts'
export { TokenError } from './token-error.ts'
