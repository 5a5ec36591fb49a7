/** Bodies and files as their schema wants them: as every service reads them. */
export { fill, invalid, isObject } from '@miniobserv/service'
