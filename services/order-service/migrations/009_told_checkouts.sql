-- Whether a client was told the order's id before its outcome was known. Such an order never vanishes:
-- where it finds no stock it is cancelled, and keeps its key. One that nobody was told of is shown to
-- nobody, and a lack of stock frees its key.

-- +up
ALTER TABLE checkouts ADD COLUMN told boolean NOT NULL DEFAULT false;
SELECT set_config('souk.tenant', 'ffffffff-ffff-ffff-ffff-ffffffffffff', true);
UPDATE checkouts SET told = true WHERE step <> 'done';
SELECT set_config('souk.tenant', '', true);

-- +down
ALTER TABLE checkouts DROP COLUMN told;
