/** Where nothing is ever sent, whatever an address is called. */
import { startRecorder } from '@miniobserv/infra/testkit'
import { expect, test } from 'vitest'
import { refuseLinkLocal } from '../src/notify/link-local.ts'
import { postJson } from '../src/notify/post-json.ts'

test('nothing goes to what a cloud tells its machines alone, however the address is written', async () => {
  for (const host of [
    ...['169.254.169.254', '2852039166', '0xa9fea9fe', '[fe80::1]', '[::ffff:169.254.169.254]'],
    ...['[fd00:ec2::254]', '100.100.100.200']
  ]) {
    const sent = postJson(`http://${host}/latest/meta-data/`, '{}', {}, 0)
    await expect(sent, host).rejects.toMatchObject({
      final: true,
      message: expect.stringContaining('link-local')
    })
  }
  const found = async () => [
    { address: '198.51.100.7', family: 4 },
    { address: 'fe80::7', family: 6 }
  ]
  await expect(refuseLinkLocal('metadata.example.org', found)).rejects.toMatchObject({ final: true })
})

test('other addresses of one’s own network may be told, and a name that is not there may be there later', async () => {
  const recorder = await startRecorder()
  try {
    await postJson(`${recorder.url.replace('127.0.0.1', 'localhost')}/hook`, '{}', {}, 0)
    expect(recorder.to('/hook')).toHaveLength(1)
  } finally {
    await recorder.close()
  }
  await expect(postJson('http://nobody.invalid/', '{}', {}, 0)).rejects.toMatchObject({ final: false })
})
