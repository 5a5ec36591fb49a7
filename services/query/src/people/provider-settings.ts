/** The settings of signing in by OpenID Connect; without an issuer there is none of it. */
import { SessionSettings } from '@miniobserv/access'
import { List, Secret } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'

export const ProviderSettings = Type.Object({
  OIDC_ISSUER: Type.String({
    default: '',
    pattern: '^(https://.+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?(/.*)?)?$',
    description: 'OpenID Connect: the address of the provider, https://login.example.org'
  }),
  OIDC_CLIENT_ID: Type.String({ default: '', description: 'What the provider knows this server as' }),
  OIDC_CLIENT_SECRET: Type.Optional(Secret({ description: 'What it proves that with' })),
  OIDC_NAME: Type.String({ default: 'OpenID Connect', description: 'What the button to sign in says' }),
  OIDC_SCOPES: Type.String({ default: 'openid profile email', description: 'What is asked for' }),
  OIDC_ROLE_CLAIM: Type.String({ default: 'groups', description: 'The claim that OIDC_ROLES speaks of' }),
  OIDC_ROLES: List({
    default: '*=viewer',
    pattern: '^[^=,]+=(viewer|editor|admin)(,[^=,]+=(viewer|editor|admin))*$',
    description: 'Which value gives which role: ops=admin,dev=editor,*=viewer; the highest counts'
  }),
  PUBLIC_URL: SessionSettings.properties.PUBLIC_URL
})
export type ProviderSettings = Static<typeof ProviderSettings>
