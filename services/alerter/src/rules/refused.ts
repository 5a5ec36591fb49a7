/** How a rule is refused: what is wrong, where, and how to mend it. */
import { ServiceError } from '@miniobserv/service'

/** @param path JSON pointer into the rule, for example /condition/window */
export const refused = (code: string, path: string, detail: string): ServiceError =>
  new ServiceError(422, code, detail, { path })
