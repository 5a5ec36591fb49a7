/** `npm run bench -- <name>`: which benchmarks there are, and one of them run. Each is a file beside this one. */
import { parseArgs } from 'node:util'
import { agents } from './agents.ts'
import { alerts } from './alerts.ts'
import { type Benchmark, benchmark } from './benchmark.ts'
import { disk } from './disk.ts'
import { diskCommunity } from './disk-community.ts'
import { ingest } from './ingest.ts'
import { logs } from './logs.ts'
import { page } from './page.ts'
import { preview } from './preview.ts'
import { query } from './query.ts'
import { rules } from './rules.ts'
import { tail } from './tail.ts'

const BENCHMARKS: Record<string, Benchmark> = {
  agents,
  alerts,
  disk,
  'disk-community': diskCommunity,
  ingest,
  logs,
  page,
  preview,
  query,
  rules,
  tail
}

const [name = '', ...args] = process.argv.slice(2)
const chosen = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined
if (!chosen) {
  console.log('npm run bench -- <name> [--json] [--help]\n')
  for (const [each, { summary }] of Object.entries(BENCHMARKS)) console.log(`  ${each.padEnd(14)} ${summary}`)
  process.exit(name === '' || name === '--help' || name === '-h' ? 0 : 2)
}

const options = Object.fromEntries(
  Object.entries(chosen.options).map(([option, { default: value }]) => [
    option,
    { type: 'string' as const, default: value }
  ])
)
const { values } = parseArgs({
  args,
  options: {
    ...options,
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false }
  }
})
if (values.help) {
  console.log(`npm run bench -- ${name}: ${chosen.summary}\n`)
  for (const [option, { help, default: value }] of Object.entries(chosen.options)) {
    console.log(`  --${option.padEnd(14)} ${help} (${value})`)
  }
  console.log(`  --${'json'.padEnd(14)} the figures as one line of JSON`)
  process.exit(0)
}
const { json, help, ...rest } = values
await benchmark(json === true, (bench) => chosen.run(rest as Record<string, string>, bench))
