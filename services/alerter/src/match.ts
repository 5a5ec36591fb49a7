/** What rules, silences and routes mean by their patterns; the page reads them in the same way. */
export { matchesLabels, matchesName, matchesPattern } from '@miniobserv/protocol/patterns'
