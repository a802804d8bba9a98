-- A refund is recorded, and its amount set aside on the payment, before the provider hears of it.

-- +up
CREATE TABLE refunds (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  -- Also the idempotency key at the provider.
  id uuid NOT NULL,
  payment_id uuid NOT NULL,
  amount_minor bigint NOT NULL,
  reason text NOT NULL,
  -- failed: the provider refused it for good; the amount is free again.
  status text NOT NULL,
  next_check_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT refunds_pkey PRIMARY KEY (id),
  CONSTRAINT refunds_of_a_payment FOREIGN KEY (payment_id) REFERENCES payments (id),
  CONSTRAINT refunds_amount_positive CHECK (amount_minor > 0),
  CONSTRAINT refunds_status_known CHECK (status IN ('pending', 'succeeded', 'failed')),
  CONSTRAINT refunds_pending_is_checked CHECK ((status = 'pending') = (next_check_at IS NOT NULL))
);
ALTER TABLE refunds ENABLE ROW LEVEL SECURITY;
ALTER TABLE refunds FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON refunds USING (souk_sees(tenant_id));

CREATE INDEX refunds_to_check ON refunds (next_check_at) WHERE status = 'pending';
CREATE INDEX refunds_by_payment ON refunds (payment_id);

-- +down
DROP TABLE refunds;
