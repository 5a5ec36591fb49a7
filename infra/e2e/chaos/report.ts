/** The end of a run, for a person and for a machine. */
import type { FaultCounts } from './faults.ts'
import type { Measures } from './meter.ts'
import type { RealAgentVerdict } from './real-agent.ts'
import type { Tally } from './tally.ts'
import type { Verdict } from './verdict.ts'

export interface Report extends Verdict {
  seed: number
  minutes: number
  hosts: number
  door: string
  faults: FaultCounts
  /** Deaths and failed starts that the harness did not cause. */
  troubles: string[]
  acknowledgedBatches: number
  retries: number
  refusals: Tally['refusals']
  broken: Tally['broken']
  refusedForGood: number
  forgotten: number
  /** Batches that hosts cut and never got through. */
  unsent: number
  measures: Measures
  /** Entries that no writer could store. */
  deadLetters: number
  /** Rows that belong to no host of the run. */
  strayRows: number
  /** From the end of the faults to empty streams, ms; undefined: they did not empty in time. */
  drainedIn: number | undefined
  realAgent: RealAgentVerdict
}

/** What is promised: acknowledged means stored, once, with the right value; and it all comes to an end. */
export function failuresOf(report: Report): string[] {
  const { realAgent: agent } = report
  const none = {
    lost: report.lost + agent.lost,
    duplicated: report.duplicated + agent.duplicated,
    wrong: report.wrong + agent.wrong,
    'refused for good': report.refusedForGood,
    'never sent': report.unsent,
    'dead letters': report.deadLetters,
    'stray rows': report.strayRows
  }
  const failures = Object.entries(none).flatMap(([name, count]) => (count > 0 ? [`${name}: ${count}`] : []))
  if (report.drainedIn === undefined) failures.push('the streams did not empty')
  if (report.acknowledgedSamples === 0 || report.acknowledgedLines === 0)
    failures.push('nothing was acknowledged')
  return failures
}

export function reportLines(report: Report): string[] {
  const { faults, measures, realAgent: agent } = report
  const kills = Object.values(faults.kills).reduce((a, b) => a + b, 0)
  const failures = failuresOf(report)
  const rows: [string, string][] = [
    [
      'run',
      `seed ${report.seed}, ${report.minutes} min of faults, ${report.hosts} hosts, through ${report.door}`
    ],
    ['kills', `${kills}: ${listed(faults.kills)}`],
    [
      'other faults',
      `database stopped ${faults.databaseStops} ×, writer halted ${faults.stalls} ×, Redis full ${faults.fills} ×, ` +
        `${faults.cuts} connections cut, ${faults.skipped} without a victim`
    ],
    ['refusals', listed(report.refusals) || 'none'],
    ['broken requests', listed(report.broken) || 'none'],
    ['retries', `${report.retries}; refused for good ${report.refusedForGood}, never sent ${report.unsent}`],
    [
      'acknowledged',
      `${report.acknowledgedBatches} batches: ${report.acknowledgedSamples} samples, ${report.acknowledgedLines} lines`
    ],
    ['stored', `${report.storedSamples} samples, ${report.storedLines} lines`],
    ['lost', String(report.lost)],
    ['duplicated', String(report.duplicated)],
    ['wrong', `${report.wrong}, stray rows ${report.strayRows}`],
    [
      'unacknowledged',
      `${report.forgotten} batches forgotten by their hosts; ${report.unacknowledgedStored} samples and lines stored all the same`
    ],
    ['dead letters', String(report.deadLetters)],
    ['longest to a 202', listed(measures.toAcknowledge, ' ms')],
    ['longest to a commit', listed(measures.toCommit, ' ms')],
    ['backlog', `at most ${measures.maxBacklog} batches; empty ${empty(report.drainedIn)}`],
    [
      'Redis memory',
      `at most ${mebibytes(measures.peakRedisMemory)}, ${mebibytes(measures.peakOwnMemory)} of it its own`
    ],
    [
      'real agent',
      `${agent.written} lines written, ${agent.stored} stored, lost ${agent.lost}, duplicated ${agent.duplicated}, ` +
        `wrong ${agent.wrong}; ${agent.ticks} ticks, longest gap ${agent.longestGap} ms`
    ],
    ['troubles', report.troubles.length === 0 ? 'none' : String(report.troubles.length)],
    ['verdict', failures.length === 0 ? 'kept its promise' : `FAILED: ${failures.join(', ')}`]
  ]
  return [
    ...rows.map(([name, text]) => `  ${name.padEnd(20)} ${text}`),
    ...report.troubles.map((text) => `  trouble: ${text}`),
    ...report.examples.map((text) => `  ${text}`)
  ]
}

const listed = (counts: Partial<Record<string, number>>, unit = ''): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}${unit}`)
    .join(', ')
const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`
const empty = (ms: number | undefined): string =>
  ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s after the faults`
