-- Carts, kept for those who are logged in. The row in carts is what two changes of one cart take turns by;
-- a checkout that takes what it bought out of the cart goes past it.

-- +up
CREATE TABLE carts (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  user_id uuid NOT NULL CONSTRAINT carts_pk PRIMARY KEY,
  updated_at timestamptz NOT NULL
);
CREATE INDEX carts_by_age ON carts (updated_at);
ALTER TABLE carts ENABLE ROW LEVEL SECURITY;
ALTER TABLE carts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON carts USING (souk_sees(tenant_id));

CREATE TABLE cart_items (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  user_id uuid NOT NULL,
  sku text NOT NULL,
  added uuid NOT NULL,                       -- UUIDv7: the order in which lines were put in
  quantity bigint NOT NULL
    CONSTRAINT cart_items_quantity_in_range CHECK (quantity BETWEEN 1 AND 100000),
  CONSTRAINT cart_items_pk PRIMARY KEY (user_id, sku),
  CONSTRAINT cart_items_cart FOREIGN KEY (user_id) REFERENCES carts (user_id) ON DELETE CASCADE
) WITH (fillfactor = 80);
ALTER TABLE cart_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE cart_items FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON cart_items USING (souk_sees(tenant_id));

-- +down
DROP TABLE cart_items;
DROP TABLE carts;
