/** Bodies that the usual validator cannot follow: as every service reads them. */
export { readBody } from '@miniobserv/service'
