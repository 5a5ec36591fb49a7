/** Runs an alerter as a process of its own. */
import { run } from '@miniobserv/service'
import { alerter } from './app.ts'

await run([alerter], { name: 'alerter', port: 8083 })
