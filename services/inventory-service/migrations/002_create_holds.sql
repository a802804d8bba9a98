-- +up
-- What an order holds: {"sku": quantity}. The row stays when the hold has ended, so that an order is
-- never held, sold or given back twice, and never held after its release.
CREATE TABLE holds (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  order_id uuid NOT NULL,
  state text NOT NULL,
  lines jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT holds_once PRIMARY KEY (tenant_id, order_id),
  CONSTRAINT holds_state_known CHECK (state IN ('active', 'released', 'claimed', 'returned'))
) WITH (fillfactor = 70);  -- each row changes its state once or twice

ALTER TABLE holds ENABLE ROW LEVEL SECURITY;
ALTER TABLE holds FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON holds USING (tenant_id = souk_tenant());

-- +down
DROP TABLE holds;
