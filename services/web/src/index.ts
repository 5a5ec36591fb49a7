/** The page: serves the built files of the user interface. */
export { web } from './app.ts'
