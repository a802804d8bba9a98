-- What naive_checkout.sql runs on. Made in an empty database by yardstick.sh.
CREATE TABLE stock (
  sku int PRIMARY KEY,
  on_hand bigint NOT NULL,
  reserved bigint NOT NULL DEFAULT 0 CHECK (reserved <= on_hand)
) WITH (fillfactor = 70);
INSERT INTO stock SELECT sku, 100000000 FROM generate_series(1, 1000) AS sku;

CREATE TABLE holds (
  order_id uuid,
  sku int,
  quantity int,
  state smallint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (order_id, sku)
);

CREATE TABLE orders (
  id uuid PRIMARY KEY,
  buyer int,
  status smallint,
  total bigint,
  currency char(3),
  created_at timestamptz NOT NULL DEFAULT now(),
  key text UNIQUE
) WITH (fillfactor = 80);
CREATE INDEX orders_by_buyer ON orders (buyer, created_at DESC);

CREATE TABLE order_lines (
  order_id uuid,
  line int,
  sku int,
  quantity int,
  price bigint,
  PRIMARY KEY (order_id, line)
);

CREATE TABLE outbox (
  id bigserial PRIMARY KEY,
  topic text,
  payload jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE payments (
  id uuid PRIMARY KEY,
  order_id uuid UNIQUE,
  status smallint,
  amount bigint,
  provider text,
  created_at timestamptz NOT NULL DEFAULT now()
);
