-- +up
-- A row per SKU. It is locked for every change, so that nobody decides on a number that is about to change.
CREATE TABLE stock (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  sku text NOT NULL,
  on_hand bigint NOT NULL,
  reserved bigint NOT NULL DEFAULT 0,
  announced text,  -- the availability that the last event told of; NULL before the first
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT stock_once PRIMARY KEY (tenant_id, sku),
  CONSTRAINT stock_reserved_not_negative CHECK (reserved >= 0),
  CONSTRAINT stock_never_oversold CHECK (reserved <= on_hand),
  CONSTRAINT stock_announced_known CHECK (announced IN ('in_stock', 'low_stock', 'out_of_stock'))
) WITH (fillfactor = 50);  -- a hot row's versions stay on its page, no index is touched

-- The ledger: on_hand is the sum of a SKU's deltas. Rows are added, never changed.
CREATE TABLE movements (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  sku text NOT NULL,
  delta bigint NOT NULL,
  kind text NOT NULL,
  reason text NOT NULL DEFAULT '',
  order_id uuid,
  created_at timestamptz NOT NULL,
  CONSTRAINT movements_id PRIMARY KEY (id),
  CONSTRAINT movements_sku FOREIGN KEY (tenant_id, sku) REFERENCES stock,
  CONSTRAINT movements_not_zero CHECK (delta <> 0),
  CONSTRAINT movements_kind_known CHECK (
    (kind IN ('set', 'adjustment') AND order_id IS NULL) OR
    (kind = 'sale' AND delta < 0 AND order_id IS NOT NULL) OR
    (kind = 'return' AND delta > 0 AND order_id IS NOT NULL))
);
CREATE INDEX movements_by_sku ON movements (tenant_id, sku, id);
-- An order sells a SKU once and gives it back once.
CREATE UNIQUE INDEX movements_once_per_order ON movements (order_id, sku, kind) WHERE order_id IS NOT NULL;

ALTER TABLE stock ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON stock USING (tenant_id = souk_tenant());
ALTER TABLE movements ENABLE ROW LEVEL SECURITY;
ALTER TABLE movements FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON movements USING (tenant_id = souk_tenant());

-- +down
DROP TABLE movements, stock;
