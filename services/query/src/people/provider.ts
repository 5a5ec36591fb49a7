/** OpenID Connect: sends people to the provider, and makes of what it says about them one of our users. */
import { createHmac, randomBytes } from 'node:crypto'
import { ROLES, type Role } from '@miniobserv/protocol'
import * as oidc from 'openid-client'
import type { ProviderSettings } from './provider-settings.ts'

/** What a provider vouches for. */
export interface Vouched {
  issuer: string
  subject: string
  username: string
  role: Role
}

/** Why somebody could not be signed in; the page has words for each. */
export class ProviderError extends Error {
  readonly code: 'provider_unreachable' | 'provider_refused' | 'no_role' | 'username_taken'
  /** Who could not, as far as the provider has said. */
  readonly username: string

  constructor(
    code: ProviderError['code'],
    message: string,
    { cause, username = '' }: { cause?: unknown; username?: string }
  ) {
    super(message, { cause })
    this.code = code
    this.username = username
  }
}

export interface Provider {
  /** @returns where the browser goes */
  begin(flow: string, callback: string): Promise<URL>
  /** @param answered the address at which the browser came back  @throws {ProviderError} */
  finish(flow: string, answered: URL): Promise<Vouched>
}

/** What one browser's way to the provider and back is known by: in a cookie of its own. */
export const newFlow = (): string => randomBytes(32).toString('base64url')

/** Everything that must not be guessed follows from the flow, so that nothing is kept here meanwhile. */
const derived = (flow: string, what: 'state' | 'nonce' | 'verifier'): string =>
  createHmac('sha256', flow).update(what).digest('base64url')

export function openIdProvider(settings: ProviderSettings): Provider {
  let known: Promise<oidc.Configuration> | undefined
  const configuration = async (): Promise<oidc.Configuration> => {
    known ??= discover(settings)
    try {
      return await known
    } catch (error) {
      known = undefined // it may be back next time
      throw new ProviderError('provider_unreachable', 'the provider does not answer', { cause: error })
    }
  }
  return {
    async begin(flow, callback) {
      return oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: callback,
        scope: settings.OIDC_SCOPES,
        state: derived(flow, 'state'),
        nonce: derived(flow, 'nonce'),
        code_challenge: await oidc.calculatePKCECodeChallenge(derived(flow, 'verifier')),
        code_challenge_method: 'S256'
      })
    },
    async finish(flow, answered) {
      const config = await configuration()
      try {
        const tokens = await oidc.authorizationCodeGrant(config, answered, {
          pkceCodeVerifier: derived(flow, 'verifier'),
          expectedState: derived(flow, 'state'),
          expectedNonce: derived(flow, 'nonce'),
          idTokenExpected: true
        })
        const claims = tokens.claims() as oidc.IDToken
        // Many providers say groups and names only here.
        const more = config.serverMetadata().userinfo_endpoint
          ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
          : {}
        return vouchedOf({ ...claims, ...more }, claims.iss, settings)
      } catch (error) {
        if (error instanceof ProviderError) throw error
        throw new ProviderError('provider_refused', 'the provider did not sign them in', { cause: error })
      }
    }
  }
}

function discover({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }: ProviderSettings) {
  const issuer = new URL(OIDC_ISSUER)
  return oidc.discovery(issuer, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, undefined, {
    timeout: 10,
    // The setting allows it for this machine alone.
    execute: issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : []
  })
}

type Claims = Record<string, unknown> & { sub: string }

function vouchedOf(claims: Claims, issuer: string, settings: ProviderSettings): Vouched {
  const names = [claims.preferred_username, claims.email, claims.sub]
  const [username = claims.sub] = names.map(usernameOf).filter((name) => name !== '')
  const role = roleOf(claims[settings.OIDC_ROLE_CLAIM], settings.OIDC_ROLES)
  if (!role) throw new ProviderError('no_role', `OIDC_ROLES gives ${claims.sub} no role`, { username })
  return { issuer, subject: claims.sub, role, username }
}

/** People may choose it there: without characters that cannot be seen, by which it could look like another's. */
const usernameOf = (claim: unknown): string =>
  typeof claim === 'string' ? claim.replace(/\p{C}/gu, '').trim().slice(0, 100).toWellFormed() : ''

/** The highest role that any of the claim's values has; `*` is for everybody. */
function roleOf(claim: unknown, mapping: readonly string[]): Role | undefined {
  const values = new Set([claim].flat().map(String)).add('*')
  const given = mapping
    .map((each) => each.split('=') as [string, Role])
    .filter(([value]) => values.has(value))
  return ROLES.findLast((role) => given.some(([, each]) => each === role))
}
