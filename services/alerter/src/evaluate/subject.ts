/** A series of a host as something that a rule is about: what tells it from others. */
import type { Group } from './catalogue.ts'
import type { KnownHost } from './hosts.ts'
import type { Subject } from './standings.ts'

export const subjectOf = (host: KnownHost, { key, labels }: Group): Subject => ({
  ...{ hostId: host.id, host: host.name, key, labels }
})
