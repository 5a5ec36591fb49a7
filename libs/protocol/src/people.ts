/**
 * People and their programs on the wire: users, sessions, API tokens, and who changed what or
 * could not sign in. Times are epoch ms, UTC.
 */
import Type, { type Static } from 'typebox'
import { Next } from './page.ts'
import { Role, Scope } from './roles.ts'
import { MaybeTime, Time } from './time.ts'

const Username = Type.String({
  pattern: '^[^\\s\\p{C}]([^\\p{C}]{0,98}[^\\s\\p{C}])?$',
  description: 'Capitals make no difference.'
})
/** `writeOnly`: never answered, and kept out of the audit log. */
const Password = Type.String({ maxLength: 1000, writeOnly: true })
/** Length is what counts; nobody is made to put a digit somewhere. */
const NewPassword = Type.String({ minLength: 10, maxLength: 1000, writeOnly: true })
const strict = { additionalProperties: false }

export const SessionRequest = Type.Object({
  username: Type.String({ maxLength: 200 }),
  password: Password
})

/** Where a user's password and role are kept: here, in the setting ADMIN_PASSWORD, or with the provider. */
export const KeptBy = Type.Enum(['here', 'setting', 'provider'])
export type KeptBy = Static<typeof KeptBy>

export const SessionAnswer = Type.Object({
  username: Type.String(),
  role: Role,
  keptBy: KeptBy,
  expires: Type.Union([Time, Type.Null()], { description: 'null: an API token without an end.' })
})
export type SessionAnswer = Static<typeof SessionAnswer>

export const SignInAnswer = Type.Object({
  setUp: Type.Boolean({ description: 'There is no admin yet: the first one is made with the set-up code.' }),
  provider: Type.Union([Type.String(), Type.Null()], {
    description: 'What the provider of OpenID Connect is called, where there is one.'
  })
})
export type SignInAnswer = Static<typeof SignInAnswer>

export const SetUpRequest = Type.Object(
  {
    code: Type.String({ maxLength: 100, writeOnly: true, description: "From the server's log." }),
    username: Username,
    password: NewPassword
  },
  strict
)
export type SetUpRequest = Static<typeof SetUpRequest>

export const PasswordRequest = Type.Object({ current: Password, password: NewPassword }, strict)

export const User = Type.Object({
  id: Type.Integer(),
  username: Type.String(),
  role: Role,
  keptBy: KeptBy,
  created: Time,
  signedIn: Type.Union([Time, Type.Null()], { description: 'When they last signed in.' })
})
export type User = Static<typeof User>
export const UsersAnswer = Type.Object({ users: Type.Array(User) })
export type UsersAnswer = Static<typeof UsersAnswer>

export const UserText = Type.Object({ username: Username, role: Role, password: NewPassword }, strict)
export type UserText = Static<typeof UserText>

export const UserChange = Type.Object(
  { role: Type.Optional(Role), password: Type.Optional(NewPassword) },
  strict
)
export type UserChange = Static<typeof UserChange>

export const UserSession = Type.Object({
  id: Type.Integer(),
  username: Type.String(),
  opened: Time,
  used: Type.Integer({ description: 'Epoch ms, to a minute.' }),
  expires: Time,
  address: Type.String({ description: 'Where it was last used from.' }),
  browser: Type.String({ description: 'As it names itself.' }),
  current: Type.Boolean({ description: 'Whether it is the one that asks.' })
})
export type UserSession = Static<typeof UserSession>
export const SessionsAnswer = Type.Object({ sessions: Type.Array(UserSession) })
export type SessionsAnswer = Static<typeof SessionsAnswer>

export const ApiTokenText = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    scope: Scope,
    // Null first: the validator, which converts, would make 0 of it.
    expires: Type.Union([Type.Null(), Time], { default: null, description: 'null: it has no end.' })
  },
  strict
)
export type ApiTokenText = Static<typeof ApiTokenText>

export const ApiToken = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  scope: Scope,
  start: Type.String({ description: 'Its first characters.' }),
  owner: Type.String({ description: 'The user whose role bounds what it may do.' }),
  created: Time,
  used: MaybeTime,
  address: Type.Union([Type.String(), Type.Null()], { description: 'Where it was last used from.' }),
  expires: MaybeTime
})
export type ApiToken = Static<typeof ApiToken>
export const ApiTokensAnswer = Type.Object({ tokens: Type.Array(ApiToken) })
export type ApiTokensAnswer = Static<typeof ApiTokensAnswer>

export const NewApiToken = Type.Object({
  id: Type.Integer(),
  token: Type.String({ description: 'Shown this once.' })
})
export type NewApiToken = Static<typeof NewApiToken>

/** Why somebody could not sign in. `unknown_name` is told to nobody else: who tries gets `wrong_password`. */
export const RefusedReason = Type.Enum([
  'wrong_password',
  'unknown_name',
  'wrong_code',
  'too_many_attempts',
  'provider_unreachable',
  'provider_refused',
  'no_role',
  'username_taken'
])
export type RefusedReason = Static<typeof RefusedReason>

export const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Time,
  username: Type.String({
    description: 'Who did it, or who was tried: empty where nobody knows, or where there were many.'
  }),
  token: Type.Union([Type.String(), Type.Null()], { description: 'The API token that did it, if one did.' }),
  method: Type.String(),
  route: Type.String({ description: 'As the OpenAPI document names it, with :id' }),
  path: Type.String(),
  status: Type.Integer(),
  address: Type.String({ description: 'Empty where there were many.' }),
  body: Type.Unknown({ description: 'As it was sent, without secrets.' }),
  refused: Type.Union(
    [
      Type.Null(),
      Type.Object({
        reason: RefusedReason,
        times: Type.Integer({ description: 'How often, in the hour that `at` begins.' }),
        last: Time
      })
    ],
    { description: 'null: a change. Else attempts to sign in that got nowhere.' }
  )
})
export type AuditEntry = Static<typeof AuditEntry>
export const AuditAnswer = Type.Object({
  entries: Type.Array(AuditEntry),
  next: Next
})
export type AuditAnswer = Static<typeof AuditAnswer>
