/** Settings from the environment through a schema: for every program, the agent too. */
export { describe } from './describe.ts'
export { Bytes, Duration, List, Secret } from './kinds.ts'
export { type Environment, readSettings, SettingsError } from './read.ts'
