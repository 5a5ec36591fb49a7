/** What a collector gives: one value of one series at one tick. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Labels } from '@miniobserv/protocol'

export interface Metric {
  name: string
  unit: string
}

export interface Sample {
  metric: Metric
  labels?: Labels
  /** null: missing at this tick, for example a rate whose counter was reset. */
  value: number | null
}

/** Reads one part of the host; `monotonic` in ms is the time of the tick that never jumps. */
export type Collect = (monotonic: number) => Sample[] | Promise<Sample[]>

/** Reads one file below the root directory: `/`, or a fixture tree in tests. */
export type Read = (path: string) => string

/** Files of /proc never wait for a disk: reading them synchronously costs a tenth of a promise. */
export const readBelow =
  (root: string): Read =>
  (path) =>
    readFileSync(join(root, path), 'utf8')

/**
 * Whose mounts and network interfaces count, as a name below proc: this process's on its own machine; below another root,
 * where this process is in a container, those of the host's first process.
 */
export const witness = (root: string): string => (root === '/' ? 'self' : '1')

/** A ratio to a millionth: noise below it would only make bodies and tables larger. */
export const ratio = (value: number): number => Math.round(value * 1e6) / 1e6
