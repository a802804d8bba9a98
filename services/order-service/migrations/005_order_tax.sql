-- The tax of an order by rate, in its projection. Orders of before have none.

-- +up
ALTER TABLE orders ADD COLUMN tax_lines jsonb;

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
ALTER TABLE orders DROP COLUMN tax_lines;
CREATE VIEW order_documents WITH (security_invoker = true) AS
  SELECT o.*, i.skus, i.names, i.quantities, i.unit_prices, i.line_totals
  FROM orders o
  CROSS JOIN LATERAL (
    SELECT array_agg(sku ORDER BY line) AS skus, array_agg(name ORDER BY line) AS names,
           array_agg(quantity ORDER BY line) AS quantities,
           array_agg(unit_price ORDER BY line) AS unit_prices,
           array_agg(total ORDER BY line) AS line_totals
    FROM order_items WHERE order_id = o.id) i;
