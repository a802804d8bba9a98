-- How the shop delivers, and how an order is delivered. Orders of before, and of a shop without methods,
-- have nothing to say of it.

-- +up
CREATE TABLE shipping_methods (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  code text NOT NULL,
  name text NOT NULL,
  countries text[] NOT NULL,                 -- empty: everywhere
  currency text NOT NULL,
  price bigint NOT NULL CONSTRAINT shipping_methods_price_not_negative CHECK (price >= 0),
  free_from bigint CONSTRAINT shipping_methods_free_from_not_negative CHECK (free_from >= 0),
  min_days int CONSTRAINT shipping_methods_min_days_not_negative CHECK (min_days >= 0),
  max_days int,
  active boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT shipping_methods_pk PRIMARY KEY (tenant_id, code),
  CONSTRAINT shipping_methods_days_in_order CHECK (max_days >= coalesce(min_days, 0))
);
ALTER TABLE shipping_methods ENABLE ROW LEVEL SECURITY;
ALTER TABLE shipping_methods FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON shipping_methods USING (souk_sees(tenant_id));

ALTER TABLE orders ADD COLUMN shipping jsonb;

-- A view keeps the columns that its table had: made anew, it has all.
DROP VIEW order_documents;
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
ALTER TABLE orders DROP COLUMN shipping;
CREATE VIEW order_documents WITH (security_invoker = true) AS
  SELECT o.*, i.skus, i.names, i.quantities, i.unit_prices, i.line_totals
  FROM orders o
  CROSS JOIN LATERAL (
    SELECT array_agg(sku ORDER BY line) AS skus, array_agg(name ORDER BY line) AS names,
           array_agg(quantity ORDER BY line) AS quantities,
           array_agg(unit_price ORDER BY line) AS unit_prices,
           array_agg(total ORDER BY line) AS line_totals
    FROM order_items WHERE order_id = o.id) i;
DROP TABLE shipping_methods;
