/** The reader: sessions, hosts, series, samples and log lines, for the page and for programs. */
export { query } from './app.ts'
