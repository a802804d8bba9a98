-- +up
-- Money that goes back: written in the commit that decided it, carried out by a job until it succeeded.
-- How much may go back in all is a rule of the order (orders_refunds_within_total).
CREATE TABLE refunds (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL CONSTRAINT refunds_pk PRIMARY KEY,
  order_id uuid NOT NULL,
  amount bigint NOT NULL CONSTRAINT refunds_amount_positive CHECK (amount > 0),
  currency text NOT NULL,
  reason text NOT NULL,
  status text NOT NULL DEFAULT 'pending'
    CONSTRAINT refunds_status_known CHECK (status IN ('pending', 'succeeded')),
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL
);
CREATE INDEX refunds_pending ON refunds (due_at) WHERE status = 'pending';
ALTER TABLE refunds ENABLE ROW LEVEL SECURITY;
ALTER TABLE refunds FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON refunds USING (souk_sees(tenant_id));

-- +down
DROP TABLE refunds;
