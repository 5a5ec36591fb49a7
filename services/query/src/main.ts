/** Runs the query service as a process of its own. */
import { run } from '@miniobserv/service'
import { query } from './app.ts'

await run([query], { name: 'query', port: 8082 })
