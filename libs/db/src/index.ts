/** The database: a pool, the schema, and the partitions that hold the rows. */
export { type LatestQuestion, type LatestValue, latestValues } from './latest.ts'
export { migrate } from './migrate.ts'
export {
  type Edition,
  ensurePartitions,
  PARTITIONED,
  type Partitioned,
  type PartitionKeeper,
  partitionKeeper,
  readEdition
} from './partitions.ts'
export { openPool, type Pool, type PoolClient, transaction } from './pool.ts'
export { type Reach, readReach } from './reach.ts'
export { type Reading, reading, wasCanceled } from './reading.ts'
export { storableJson, storableText } from './storable.ts'
export {
  type Doomed,
  databaseSize,
  dropPartition,
  type Keep,
  listPartitions,
  type Partition,
  toDrop
} from './storage.ts'
export { noteStoragePolicy, readStoragePolicy } from './storage-policy.ts'
export { type TableStorage, tableStorage } from './table-storage.ts'
