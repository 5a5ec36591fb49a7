/** Bodies: whatever was packed comes out again, and never more than allowed. */
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layoutOf, unpack } from '../src/index.ts'

const pack = { identity: (body: Buffer) => body, gzip: gzipSync, zstd: zstdCompressSync }

test('any bytes survive every encoding, small ones and large ones', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 100_000 }),
      fc.constantFrom('identity', 'gzip', 'zstd'),
      async (bytes, encoding) => {
        const packed = pack[encoding as keyof typeof pack](Buffer.from(bytes))
        expect(await unpack(encoding, packed, 100_000)).toEqual(Buffer.from(bytes))
      }
    ),
    { numRuns: 50 }
  )
})

test('a byte over the limit is too much, on the spot and through the thread pool', async () => {
  for (const size of [1000, 10_000_000]) {
    const body = Buffer.from(Array.from({ length: size }, (_, i) => (i * i) % 251))
    for (const encoding of ['identity', 'gzip', 'zstd'] as const) {
      const packed = pack[encoding](body)
      expect(await unpack(encoding, packed, size)).toHaveLength(size)
      await expect(unpack(encoding, packed, size - 1)).rejects.toMatchObject({
        code: 'unpacked_too_large',
        statusCode: 413
      })
    }
  }
})

test('a layout is named by its columns: labels in any order, columns in theirs', () => {
  const a = { name: 'm', labels: { x: '1', y: '2' }, unit: 's' }
  const b = { name: 'm', labels: { y: '2', x: '1' }, unit: 's' }
  expect(layoutOf([a])).toEqual(layoutOf([b]))
  expect(layoutOf([a]).hash).toMatch(/^[\w-]{16}$/)
  expect(layoutOf([{ name: 'm' }])).toEqual(layoutOf([{ name: 'm', labels: {}, unit: '' }]))
  expect(layoutOf([a, { name: 'n' }]).hash).not.toBe(layoutOf([{ name: 'n' }, a]).hash)
})
