/** What people's browsers and programs show to be let in: random tokens of which only a hash is kept. */
import { createHash, createHmac, randomBytes } from 'node:crypto'

/** 256 bits. */
export const newSessionToken = (): string => randomBytes(32).toString('base64url')

/** Begins with `mo_`, so that people and scanners for leaked secrets know one when they see it. */
export const newApiToken = (): string => `mo_${newSessionToken()}`

/** Keyed by `SESSION_SECRET`: another secret ends every session, and who can write to the database alone opens none. */
export const sessionHash = (token: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(token).digest()

/** A token of 256 random bits needs no slow hash: there is nothing to guess. */
export const apiTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()
