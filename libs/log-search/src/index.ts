/** What a search for log lines means, for all who search: the page, and rules that count lines. */
export { blockHashes } from './block-hashes.ts'
export {
  blocksWithin,
  conditionsOf,
  levelPlace,
  millis,
  Parameters,
  readsLines,
  type Wanted
} from './conditions.ts'
export { fits, type LineInHand, type SearchInHand } from './fits.ts'
export { searchedHosts } from './hosts.ts'
export { folded } from './like.ts'
export { type LevelOrNone, parseSearch, type Term } from './search.ts'
