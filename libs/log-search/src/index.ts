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
export { searchedHosts } from './hosts.ts'
export { type LevelOrNone, parseSearch, type Term } from './search.ts'
