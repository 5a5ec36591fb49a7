/** Runs the gateway as a process of its own. */
import { run } from '@miniobserv/service'
import { ingest } from './app.ts'

await run([ingest], { name: 'ingest', port: 8081 })
