/** The shapes on the wire: what agents send, what readers get back. No I/O, so that the browser can import it. */
export * from './alerts.ts'
export * from './levels.ts'
export * from './limits.ts'
export * from './logs.ts'
export * from './metrics.ts'
export * from './names.ts'
export * from './problem.ts'
export * from './read.ts'
