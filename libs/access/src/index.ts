/** Who may use the routes for people: the services that have such routes guard them with this. */
export { guardSessions, SESSION_COOKIE, userOf } from './guard.ts'
export { SessionSettings } from './settings.ts'
