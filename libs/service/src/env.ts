/** The settings that every process has, joined with those of its services. */
import { Duration, Secret } from '@miniobserv/settings'
import Type, { type Static, type TObject } from 'typebox'
import type { ServiceFactory } from './service.ts'

export const ProcessSettings = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, description: 'Where it listens; 0 takes any free port' }),
  HOST: Type.String({ default: '127.0.0.1', description: 'The address it listens on; 0.0.0.0 for all' }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    default: 'info',
    description: 'The least severe lines that are logged'
  }),
  TRUST_PROXY: Type.String({
    default: 'false',
    pattern: '^(true|false|\\d)$',
    description:
      'Behind a load balancer: true where its X-Forwarded-… headers say who the client is; of several, one behind the other, how many'
  }),
  DRAIN: Duration({
    default: '0s',
    description: 'How long /readyz fails before a stopping process takes no more requests'
  }),
  STOP_TIMEOUT: Duration({
    default: '10s',
    description: 'How long stopping may take after that before it is forced'
  })
})
export type ProcessSettings = Static<typeof ProcessSettings>

const Handles = {
  db: { DATABASE_URL: Secret({ description: 'postgres://user:password@host:5432/database' }) },
  redis: { REDIS_URL: Secret({ description: 'redis://host:6379' }) }
}

/** One schema for the whole process, so that everything wrong is named in one go. */
export function settingsOf(factories: readonly ServiceFactory[], port: number): TObject {
  const needs = new Set(factories.flatMap((factory) => factory.needs))
  const PORT = Type.Integer({ ...ProcessSettings.properties.PORT, default: port })
  return Type.Object({
    ...ProcessSettings.properties,
    PORT,
    ...(needs.has('db') ? Handles.db : {}),
    ...(needs.has('redis') ? Handles.redis : {}),
    ...Object.assign({}, ...factories.map((factory) => factory.settings.properties))
  })
}
