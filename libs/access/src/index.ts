/** Who may use the routes for people: the services that have such routes guard them with this. */
export { type Access, guardSessions, SESSION_COOKIE, userOf } from './guard.ts'
export { type NewSession, openSession } from './open-session.ts'
export type { Session } from './session.ts'
export { SessionSettings } from './settings.ts'
