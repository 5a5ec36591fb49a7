/** A process of `bench logs`: stores its share of the lines by the writer's own code, in the order of time. */
import { randomUUIDv7 } from 'node:crypto'
import { openPool, transaction } from '@miniobserv/db'
import { type Block, blocksOf, insertBlocks } from '../../services/writer/src/log-blocks.ts'
import { sourceNotes } from '../../services/writer/src/log-sources.ts'
import { vocabulary } from '../../services/writer/src/vocabulary.ts'
import { lineSource } from './log-lines.ts'

export interface LogLoad {
  databaseUrl: string
  lines: number
  /** In one batch, of one host. */
  batch: number
  /** In one block at most. */
  block: number
  hosts: number
  /** This process has the hosts whose number leaves this remainder. */
  share: number
  of: number
  /** Epoch ms; from is in, to is not. */
  from: number
  to: number
}

/** Batches of one transaction. */
const AT_ONCE = 20

const load = JSON.parse(process.argv[2] as string) as LogLoad
const db = openPool(load.databaseUrl, { name: 'bench', max: 1, onError: () => undefined })
const sources = new Map<number, ReturnType<typeof lineSource>>()
const [notes, words] = [sourceNotes(), vocabulary()]
const batches = Math.ceil(load.lines / load.batch)
const span = (load.to - load.from) / batches

for (let first = load.share; first < batches; first += AT_ONCE * load.of) {
  const blocks: Block[] = []
  for (let number = first; number < Math.min(batches, first + AT_ONCE * load.of); number += load.of) {
    const host = number % load.hosts
    const source = sources.get(host) ?? lineSource(host)
    sources.set(host, source)
    const start = load.from + number * span
    const lines = Array.from({ length: load.batch }, (_, i) =>
      source.line(Math.floor(start + (i / load.batch) * span))
    )
    blocks.push(...blocksOf(host + 1, randomUUIDv7(), lines, load.block))
  }
  await words.learn(db, blocks)
  await transaction(db, async (client) => {
    await insertBlocks(client, blocks)
    await notes.note(client, blocks)
  })
}
await db.end()
