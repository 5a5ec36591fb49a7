/** Notices two agents that send under one name: cloned machines, containers with a fixed host name. */

export interface Twins {
  /**
   * Notes that an agent sent; `at` is when the gateway took it, epoch ms.
   *
   * @returns whether two agents were seen sending under this name at the same time
   */
  note(host: string, agent: string, at: number): boolean
  /** True once an hour for each host, so that the log names it without filling up. */
  worthTelling(host: string, at: number): boolean
}

/**
 * Two lives of one agent follow each other; two agents overlap. So long, in ms, must they overlap: a new container that
 * starts before the old one has stopped is no twin.
 */
const OVERLAP = 30_000

/** An agent that was silent for so long, in ms, is over. */
const FORGET = 10 * 60_000

const TELL_EVERY = 60 * 60_000

export function watchTwins(): Twins {
  const told = new Map<string, number>()
  const hosts = new Map<string, Map<string, { first: number; last: number }>>()

  return {
    note(host, agent, at) {
      let agents = hosts.get(host)
      if (!agents) {
        agents = new Map()
        hosts.set(host, agents)
      }
      const life = agents.get(agent)
      if (life) {
        life.first = Math.min(life.first, at)
        life.last = Math.max(life.last, at)
      } else agents.set(agent, { first: at, last: at })
      if (agents.size === 1) return false

      const own = agents.get(agent) ?? { first: at, last: at }
      let twins = false
      for (const [other, { first, last }] of agents) {
        if (other === agent) continue
        if (last < at - FORGET) agents.delete(other)
        else if (Math.min(last, own.last) - Math.max(first, own.first) >= OVERLAP) twins = true
      }
      return twins
    },
    worthTelling(host, at) {
      if (at - (told.get(host) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY) return false
      told.set(host, at)
      return true
    }
  }
}
