/** The whole server in one process: the five services, one after the other. */
import { resolve } from 'node:path'
import { alerter } from '@miniobserv/alerter'
import { ingest } from '@miniobserv/ingest'
import { query } from '@miniobserv/query'
import { run } from '@miniobserv/service'
import { web } from '@miniobserv/web'
import { writer } from '@miniobserv/writer'
import { localSecrets } from './local/secrets.ts'

// Secrets that nobody gave are made once and kept beside the data.
const secrets = localSecrets(resolve(process.env.DATA_DIR || '.miniobserv'), process.env)

await run([ingest, writer, query, alerter, web], {
  name: 'miniobserv',
  port: 8080,
  env: { ...process.env, ...secrets }
})
