/** Runs the web service as a process of its own. */
import { run } from '@miniobserv/service'
import { web } from './app.ts'

await run([web], { name: 'web', port: 8084 })
