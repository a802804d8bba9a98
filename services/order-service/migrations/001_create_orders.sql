-- +up
-- The truth: one stream per order, appended with the expected version (a second writer of the same
-- version breaks the primary key).
CREATE TABLE order_events (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  order_id uuid NOT NULL,
  version int NOT NULL CONSTRAINT order_events_version_positive CHECK (version > 0),
  type text NOT NULL,
  data jsonb NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT order_events_version PRIMARY KEY (order_id, version)
);
ALTER TABLE order_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON order_events USING (tenant_id = souk_tenant());

-- Projections: what the streams say when folded, written in the same commit as the event, rebuilt by
-- `souk orders rebuild`. They have no foreign keys, for nothing but the stream writes them. No index
-- names a column that changes during a checkout, so that an update stays within its page (HOT).
CREATE TABLE orders (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL CONSTRAINT orders_pk PRIMARY KEY,
  user_id uuid NOT NULL,
  number text NOT NULL,
  status text NOT NULL CONSTRAINT orders_status_known CHECK (
    status IN ('pending', 'confirmed', 'fulfilled', 'delivered', 'cancelled', 'payment_failed',
               'partially_refunded', 'refunded', 'rejected')),
  version int NOT NULL,
  currency text NOT NULL,
  subtotal bigint NOT NULL,
  discount_total bigint NOT NULL CONSTRAINT orders_discount_not_negative CHECK (discount_total >= 0),
  shipping_total bigint NOT NULL CONSTRAINT orders_shipping_not_negative CHECK (shipping_total >= 0),
  tax_total bigint NOT NULL CONSTRAINT orders_tax_not_negative CHECK (tax_total >= 0),
  total bigint NOT NULL CONSTRAINT orders_total_not_negative CHECK (total >= 0),
  shipping_address jsonb NOT NULL,
  payment_id text,
  payment_status text,
  payment_provider text,
  decline_code text,
  refund_requested bigint NOT NULL DEFAULT 0,
  refunded bigint NOT NULL DEFAULT 0,
  tracking_number text,
  fulfilled_at timestamptz,
  external_id text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT orders_total_adds_up
    CHECK (total = subtotal - discount_total + shipping_total + tax_total),
  CONSTRAINT orders_refunds_within_total
    CHECK (0 <= refunded AND refunded <= refund_requested AND refund_requested <= total),
  CONSTRAINT orders_number_unique UNIQUE (tenant_id, number)
) WITH (fillfactor = 80);
-- Ids are UUIDv7: their order is the order of time.
CREATE INDEX orders_by_user ON orders (user_id, id DESC);
CREATE UNIQUE INDEX orders_external_id_unique ON orders (tenant_id, external_id)
  WHERE external_id IS NOT NULL;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders USING (tenant_id = souk_tenant());

CREATE TABLE order_items (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  order_id uuid NOT NULL,
  line int NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  quantity bigint NOT NULL CONSTRAINT order_items_quantity_positive CHECK (quantity > 0),
  unit_price bigint NOT NULL CONSTRAINT order_items_price_not_negative CHECK (unit_price >= 0),
  total bigint NOT NULL,
  CONSTRAINT order_items_pk PRIMARY KEY (order_id, line),
  -- Imported history has prices below the minor unit: its lines are rounded as a whole, so a line may
  -- differ from its rounded unit price by half a unit per piece.
  CONSTRAINT order_items_total_is_product
    CHECK (total >= 0 AND abs(total - unit_price * quantity) * 2 <= quantity)
);
ALTER TABLE order_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_items FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON order_items USING (tenant_id = souk_tenant());

-- An order with its lines, in one row. security_invoker: the reader's row-level security holds.
CREATE VIEW order_documents WITH (security_invoker = true) AS
  SELECT o.*, i.skus, i.names, i.quantities, i.unit_prices, i.line_totals
  FROM orders o
  CROSS JOIN LATERAL (
    SELECT array_agg(sku ORDER BY line) AS skus, array_agg(name ORDER BY line) AS names,
           array_agg(quantity ORDER BY line) AS quantities,
           array_agg(unit_price ORDER BY line) AS unit_prices,
           array_agg(total ORDER BY line) AS line_totals
    FROM order_items WHERE order_id = o.id) i;

-- +down
DROP VIEW order_documents;
DROP TABLE order_items;
DROP TABLE orders;
DROP TABLE order_events;
