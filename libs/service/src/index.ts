/** What every service is built on: one contract, one way to host it, one form of errors. */
export { readCursor, writeCursor } from './cursor.ts'
export { ServiceError, serverError } from './errors.ts'
export { fill, invalid, isObject, pointer } from './fill.ts'
export { goneSignal } from './gone.ts'
export { createLog } from './log.ts'
export { Cursor, Limit, Many, TimeText } from './parameters.ts'
export { readBody } from './read-body.ts'
export { type Hosted, host, run } from './run.ts'
export {
  type App,
  type Deps,
  defineService,
  type Logger,
  type Service,
  type ServiceFactory
} from './service.ts'
export { parseDuration, parseTime } from './time-text.ts'
export { VERSION } from './version.ts'
export { within } from './within.ts'
