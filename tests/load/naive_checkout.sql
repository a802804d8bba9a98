-- One checkout with the least SQL there is: an order with two lines, their stock held, a payment,
-- the order paid, the hold turned into a sale. Each statement is a commit of its own, as it must be
-- where other systems are asked in between. Run by yardstick.sh.
\set buyer random(1, 10000)
\set first random(1, 1000)
\set second random(1, 1000)
SELECT gen_random_uuid() AS o, gen_random_uuid() AS p \gset

WITH placed AS (
  INSERT INTO orders (id, buyer, status, total, currency, key)
  VALUES (:o::uuid, :buyer, 0, 1999, 'USD', :o::text)
), lines AS (
  INSERT INTO order_lines VALUES (:o::uuid, 1, :first, 1, 999), (:o::uuid, 2, :second, 1, 1000)
)
INSERT INTO outbox (topic, payload)
VALUES ('order.created', jsonb_build_object('id', :o::text, 'total', 1999));

WITH wanted AS (
  SELECT sku, count(*) AS quantity FROM (VALUES (:first::int), (:second::int)) AS v (sku)
  GROUP BY sku ORDER BY sku
), held AS (
  UPDATE stock s SET reserved = reserved + w.quantity FROM wanted w
  WHERE s.sku = w.sku AND s.on_hand - s.reserved >= w.quantity
  RETURNING s.sku, w.quantity
)
INSERT INTO holds (order_id, sku, quantity) SELECT :o::uuid, sku, quantity FROM held;

INSERT INTO payments (id, order_id, status, amount, provider)
VALUES (:p::uuid, :o::uuid, 1, 1999, 'sandbox');

WITH paid AS (UPDATE orders SET status = 2 WHERE id = :o::uuid)
INSERT INTO outbox (topic, payload)
VALUES ('order.paid', jsonb_build_object('id', :o::text, 'total', 1999));

WITH sold AS (
  UPDATE holds SET state = 1 WHERE order_id = :o::uuid RETURNING sku, quantity
)
UPDATE stock s SET on_hand = s.on_hand - sold.quantity, reserved = s.reserved - sold.quantity
FROM sold WHERE s.sku = sold.sku;
