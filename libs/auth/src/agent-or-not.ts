/** Telling an agent's token from a reader's, without trusting it. */
import { decodeJwt } from 'jose'
import { INGEST_AUDIENCE } from './mint.ts'

/** Whether the token says that it is for sending. Nothing has been verified; good enough to refuse it for reading. */
export function claimsToBeAgent(token: string): boolean {
  try {
    return [decodeJwt(token).aud].flat().includes(INGEST_AUDIENCE)
  } catch {
    return false
  }
}
