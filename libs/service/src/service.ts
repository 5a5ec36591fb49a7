/** The one contract: what a service is, and what it is given. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Pool } from '@miniobserv/db'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Static, TObject } from 'typebox'
import type { Checks } from './checks.ts'

export type { Logger } from 'pino'

/** Fastify with types that follow from the routes' schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface Service {
  name: string
  /** A Fastify plugin; hooks and parsers added in it stay its own. */
  routes?(app: App): Promise<void>
  /** Its routes are for programs alone: answers carry nothing that only a browser would read. */
  forPrograms?: boolean
  /** Called once before the first request, in list order. */
  start?(): Promise<void>
  /** Called once after the last request, in reverse order; finishes what is in hand. */
  stop?(): Promise<void>
}

/** The handles that a process opens once and every service in it shares. */
export interface Deps<Settings = unknown> {
  log: Logger
  settings: Settings
  /** Migrated; opened only where a service of the process needs it. */
  db: Pool
  redis: Redis
  /** A further connection for commands that wait on purpose; closed with the others. */
  blockingRedis(role: string): Redis
  /** Epoch ms. */
  now(): number
  /** What `/metrics` shows. */
  metrics: Registry
  /** What `/readyz` asks. */
  checks: Checks
}

export interface ServiceFactory<S extends TObject = TObject> {
  // biome-ignore lint/suspicious/noExplicitAny: a list of factories holds ones with different settings
  (deps: Deps<any>): Service
  /** Read from the environment, together with those of the other services of the process. */
  settings: S
  /** Which handles it takes. */
  needs: readonly ('db' | 'redis')[]
}

/** Joins a factory to what it must be given. */
export function defineService<S extends TObject>(
  about: { settings: S; needs: readonly ('db' | 'redis')[] },
  create: (deps: Deps<Static<S>>) => Service
): ServiceFactory<S> {
  return Object.assign(create, about)
}
