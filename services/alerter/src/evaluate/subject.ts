/** A series of a host as something that a rule is about: what tells it from others, and what messages call it. */
import type { Group } from './catalogue.ts'
import type { KnownHost } from './hosts.ts'
import type { Subject } from './standings.ts'
import { labelWords } from './words.ts'

export const subjectOf = (host: KnownHost, { key, labels }: Group): Subject => ({
  ...{ hostId: host.id, host: host.name, key, labels }
})

/** `system.cpu.utilization (cpu.mode=user)` */
export const nameOf = (metric: string, { labels }: Group): string =>
  Object.keys(labels).length === 0 ? metric : `${metric} (${labelWords(labels)})`
