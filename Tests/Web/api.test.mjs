import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { fetchRooms } from '../../Public/scripts/api.js';

test('aLongListOfRooms_IsAskedForPageByPage_AndEndsWhereThereAreNoMore', async () => {
  const all = Array.from({ length: 1_200 }, (_, index) => ({ name: `room-${index}`, last_id: 2_000 - index }));
  const asked = mock.method(globalThis, 'fetch', async (path) => {
    const query = new URLSearchParams(path.split('?')[1]);
    const older = all.filter(({ last_id: id }) => id < Number(query.get('before') ?? Infinity));
    const rooms = older.slice(0, Number(query.get('limit')));
    return new Response(JSON.stringify({ rooms, has_more: older.length > rooms.length }));
  });
  const names = async (count) => {
    const { rooms, has_more: hasMore } = await fetchRooms(count);
    assert.deepEqual(rooms, all.slice(0, count));
    return [rooms.length, hasMore];
  };
  assert.deepEqual([await names(100), await names(900), await names(5_000)], [[100, true], [900, true], [1_200, false]]);
  assert.equal(asked.mock.callCount(), 1 + 2 + 3);
  mock.restoreAll();
});
