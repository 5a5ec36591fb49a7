/** What tells a series of a host from its others, as alerts name it: `device=sda mode=read`. */
import type { Labels } from '@miniobserv/protocol'

export const labelWords = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
