import { useOpsPack } from '../testing/ops-pack.js';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();
const ops = useOpsPack(t);

test('lists are paged by number and by cursor alike', async () => {
  for (const name of ['a', 'b', 'c']) {
    await ops.client.triggers.create({ body: { ref: `ops.paged_${name}`, label: name } });
  }
  const first = await ops.client.triggers.list({
    query: { pack_ref: 'ops', page_size: 2, include_total: true },
  });
  expect(first.pagination).toMatchObject({
    page: 1,
    page_size: 2,
    has_previous: false,
    has_next: true,
    total_items: 4,
    total_pages: 2,
  });
  const cursor = first.pagination.next_cursor;
  const byCursor = await ops.client.triggers.list({ query: { pack_ref: 'ops', page_size: 2, cursor } });
  const byNumber = await ops.client.triggers.list({ query: { pack_ref: 'ops', per_page: 2, page: 2 } });
  expect(byCursor.items.map(({ ref }) => ref)).toEqual(['ops.paged_b', 'ops.paged_c']);
  expect(byNumber.items).toEqual(byCursor.items);
  expect(byNumber.pagination).toMatchObject({ page: 2, has_previous: true, has_next: false });
  expect(byCursor.pagination).toMatchObject({ has_previous: true, has_next: false });
  expect(byCursor.pagination).not.toHaveProperty('total_items');
});

test('a page size beyond the limit is clamped and says so', async () => {
  const { pagination } = await ops.client.triggers.list({ query: { page_size: 5000 } });
  expect(pagination.page_size).toBe(1000);
});
