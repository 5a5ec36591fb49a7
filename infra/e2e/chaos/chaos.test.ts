/** The short form of `npm run chaos`: the same run with fewer hosts, a minute and a quarter of faults. */
import { expect, onTestFinished, test } from 'vitest'
import { failuresOf, reportLines } from './report.ts'
import { runChaos } from './run.ts'

const MINUTE = 60_000

test(
  'everything is killed, cut off and filled up for a minute: what was acknowledged is stored, once',
  async () => {
    const over = new AbortController()
    onTestFinished(() => over.abort())
    const notes: string[] = []
    const note = (text: string) => notes.push(text)
    const seed = 1 + Math.floor(Math.random() * 999_999)
    const report = await runChaos({ seed, minutes: 1.25, hosts: 8, note, signal: over.signal }).catch(
      (error) => {
        throw new Error(`seed ${seed}: ${error.message}\n${notes.join('\n')}`)
      }
    )
    const said = [...notes, ...reportLines(report)].join('\n')
    console.log(reportLines(report).join('\n'))
    expect(failuresOf(report), said).toEqual([])
    for (const [kind, count] of Object.entries(report.faults.kills)) expect(count, kind).toBeGreaterThan(0)
  },
  6 * MINUTE
)
