/** `npm run chaos`: everything is killed, cut off and filled up for some minutes; was every promise kept? */
import { parseArgs } from 'node:util'
import { listenForStop } from '../../local/stop-request.ts'
import { clearLeftoverRuns } from '../../testkit/leftover-runs.ts'
import { failuresOf, reportLines } from './report.ts'
import { runChaos } from './run.ts'

const USAGE = `npm run chaos -- [--minutes N] [--seed S] [--hosts H] [--caddy] [--json] [--keep]

  --minutes N   how long things go wrong (10)
  --seed S      the faults and their order follow from it (a new one each time)
  --hosts H     simulated agents (40)
  --caddy       three gateways behind Caddy, one killed every 5 s, and nothing else
  --json        the report as one line of JSON; progress goes to stderr
  --keep        leave all data and logs in the temporary directory`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 999_999)) },
    hosts: { type: 'string', default: '40' },
    caddy: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false }
  }
})
const [minutes, seed, hosts] = [values.minutes, values.seed, values.hosts].map(Number) as [
  number,
  number,
  number
]
if (values.help || !(minutes > 0 && minutes <= 600 && hosts >= 1 && Number.isInteger(seed))) {
  console.log(USAGE)
  process.exit(values.help ? 0 : 2)
}

const stop = listenForStop(() => process.exit(130))
try {
  await clearLeftoverRuns()
  const note = values.json ? console.error : console.log
  const { caddy, keep } = values
  const report = await runChaos({
    seed,
    minutes,
    hosts: Math.floor(hosts),
    caddy,
    keep,
    note,
    signal: stop.signal
  })
  const failures = failuresOf(report)
  if (values.json) console.log(JSON.stringify({ passed: failures.length === 0, failures, ...report }))
  else console.log(`\n${reportLines(report).join('\n')}`)
  process.exitCode = failures.length === 0 ? 0 : 1
} catch (error) {
  console.error(stop.signal.aborted ? 'Stopped.' : error)
  process.exitCode = stop.signal.aborted ? 130 : 1
}
