/** Lines between two events of one listener: those that fit its search. */
import { fits, type SearchInHand } from '@miniobserv/log-search'
import type { LiveLines } from '@miniobserv/protocol'
import { asLine } from '../lines.ts'
import type { Gathering } from './channel.ts'
import type { LiveLine } from './lines.ts'

export function gatherLines(search: SearchInHand): Gathering<LiveLine> {
  const fit = fits(search)
  let found: LiveLine[] = []
  return {
    event: 'lines',
    add(lines) {
      for (const line of lines) if (fit(line)) found.push(line)
      return found.length > 0
    },
    take(): LiveLines {
      const lines = found.map(({ row }) => asLine(row))
      found = []
      return { lines }
    }
  }
}
