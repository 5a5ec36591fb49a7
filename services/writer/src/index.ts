/** The writer: takes batches from the streams and stores each as a row. */
export { writer } from './app.ts'
export { KeepSettings, keepOf } from './config.ts'
