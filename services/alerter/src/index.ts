/** The alerter: looks at the latest data on a fixed beat, in one process at a time however many run. */
export { alerter } from './app.ts'
