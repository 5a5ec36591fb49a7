/** What people and programs may do, from little to all. */
import Type, { type Static } from 'typebox'

/** Each may do what those before it may: look; change rules, silences and dashboards; manage people and channels. */
export const ROLES = ['viewer', 'editor', 'admin'] as const
export const Role = Type.Enum([...ROLES])
export type Role = Static<typeof Role>

/** Whether `role` includes what `needed` may do. */
export const includesRole = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed)

/** What an API token may do, at most: as a viewer, an editor, an admin. */
export const SCOPES = ['read', 'write', 'admin'] as const
export const Scope = Type.Enum([...SCOPES])
export type Scope = Static<typeof Scope>
