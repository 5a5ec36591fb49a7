/** The gateway: takes what agents send, checks everything, and answers once Redis has it. */
export { ingest } from './app.ts'
