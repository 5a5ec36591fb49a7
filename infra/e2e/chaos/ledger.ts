/** What the simulated hosts have sent, and what of it was acknowledged: the truth that the database is held against. */

/** One tick of a host; its values follow from seed, host and time. */
export interface SentFrame {
  variant: number
  acknowledged: boolean
}

/** One batch of log lines, numbered from `first` on; line i has the time `time + i`. */
export interface SentLines {
  first: number
  count: number
  time: number
  acknowledged: boolean
}

/** Some fifty bytes a batch: ten minutes of a hundred hosts are a few megabytes. */
export interface HostLedger {
  host: string
  /** By time, epoch ms. */
  frames: Map<number, SentFrame>
  lines: SentLines[]
}

export interface Ledger {
  seed: number
  /** Series in the lists of variant 0. */
  width: number
  hosts: HostLedger[]
}

export function createLedger(seed: number, width: number, hosts: readonly string[]): Ledger {
  return { seed, width, hosts: hosts.map((host) => ({ host, frames: new Map(), lines: [] })) }
}
