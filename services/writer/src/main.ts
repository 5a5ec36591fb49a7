/** Runs a writer as a process of its own. */
import { run } from '@miniobserv/service'
import { writer } from './app.ts'

await run([writer], { name: 'writer', port: 8085 })
