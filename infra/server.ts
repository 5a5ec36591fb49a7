/** The whole server in one process: the five services, one after the other. */
import { resolve } from 'node:path'
import { alerter } from '@miniobserv/alerter'
import { ingest } from '@miniobserv/ingest'
import { query } from '@miniobserv/query'
import { run } from '@miniobserv/service'
import { web } from '@miniobserv/web'
import { writer } from '@miniobserv/writer'
import { secretsFile, serverSecrets } from './local/secrets.ts'

const home = resolve(process.env.DATA_DIR || '.miniobserv')

await run([ingest, writer, query, alerter, web], {
  name: 'server',
  port: 8080,
  generated: {
    help: `What of AGENT_TOKEN and SESSION_SECRET nobody sets is made once and kept in
${secretsFile(home)} (DATA_DIR says where). Without ADMIN_PASSWORD the page asks for a first user.`,
    make: () => serverSecrets(home, process.env)
  }
})
