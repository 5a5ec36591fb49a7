/** How long it takes from a cause to a message, and whether each is told once although alerters are killed. */
import { killAgent, loadCpu } from '../e2e/alerts/causes.ts'
import { killAlerters } from '../e2e/alerts/kills.ts'
import type { Bench, Benchmark, Result } from './benchmark.ts'
import { quantile } from './freshness.ts'

export const alerts: Benchmark = {
  summary: 'from a cause to a message, and alerters that are killed in between',
  options: {
    part: { default: 'cpu', help: 'cpu: all cores busy; agent: kill -9 of an agent; kills: of alerters' },
    runs: { default: '10', help: 'how often' },
    interval: { default: '10s', help: "the agent's" },
    'alert-interval': { default: '30s', help: "the alerter's, but for kills" }
  },
  async run(
    { part, runs, interval = '10s', 'alert-interval': alertInterval = '30s' },
    bench
  ): Promise<Result> {
    const options = { ...bench, runs: Number(runs), rounds: Number(runs), interval, alertInterval }
    if (part === 'kills') return judgeKills(options)
    const { toFiring, toResolved, messages } = await (part === 'agent' ? killAgent : loadCpu)(options)
    const figures = { 'to the message': spread(toFiring), 'to its being over': spread(toResolved), messages }
    return { passed: messages === 2 * options.runs, figures }
  }
}

async function judgeKills(options: Bench & { rounds: number }): Promise<Result> {
  const report = await killAlerters(options)
  const passed =
    report.missing === 0 && report.disordered === 0 && report.repeated === report.repeatedInTheGap
  return { passed, figures: { ...report } }
}

const spread = (values: readonly number[]): Record<string, string> => {
  const sorted = [...values].sort((a, b) => a - b)
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  return {
    p50: seconds(quantile(sorted, 0.5)),
    max: seconds(quantile(sorted, 1)),
    each: sorted.map(seconds).join(' ')
  }
}
