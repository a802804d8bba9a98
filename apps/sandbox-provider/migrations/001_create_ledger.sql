-- The ledger of the sandbox payment provider: what it was asked to charge and what became of it.

-- +up
CREATE TABLE charges (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  idempotency_key text NOT NULL,
  -- Digest of the request; empty for a key that was cancelled before any charge came with it.
  fingerprint bytea NOT NULL,
  status text NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  reference text NOT NULL,
  captured_minor bigint NOT NULL,
  refunded_minor bigint NOT NULL DEFAULT 0,
  decline_code text,
  created_at timestamptz NOT NULL,
  CONSTRAINT charges_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT charges_one_per_key UNIQUE (tenant_id, idempotency_key),
  CONSTRAINT charges_status_known
    CHECK (status IN ('authorized', 'captured', 'declined', 'voided', 'cancelled')),
  CONSTRAINT charges_amount_range
    CHECK (amount_minor >= 0 AND (amount_minor > 0 OR status = 'cancelled')),
  CONSTRAINT charges_captured_when_captured
    CHECK (captured_minor = CASE status WHEN 'captured' THEN amount_minor ELSE 0 END),
  CONSTRAINT charges_refunded_within_captured
    CHECK (refunded_minor >= 0 AND refunded_minor <= captured_minor),
  CONSTRAINT charges_declined_with_code CHECK ((status = 'declined') = (decline_code IS NOT NULL))
);
ALTER TABLE charges ENABLE ROW LEVEL SECURITY;
ALTER TABLE charges FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON charges USING (tenant_id = souk_tenant());

-- The public ledger pages through these: money that moved or is held.
CREATE INDEX charges_ledger ON charges (tenant_id, id)
  WHERE status IN ('authorized', 'captured', 'voided');

CREATE TABLE refunds (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  idempotency_key text NOT NULL,
  charge_id uuid NOT NULL,
  amount_minor bigint NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT refunds_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT refunds_one_per_key UNIQUE (tenant_id, idempotency_key),
  CONSTRAINT refunds_of_a_charge
    FOREIGN KEY (tenant_id, charge_id) REFERENCES charges (tenant_id, id),
  CONSTRAINT refunds_amount_positive CHECK (amount_minor > 0)
);
ALTER TABLE refunds ENABLE ROW LEVEL SECURITY;
ALTER TABLE refunds FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON refunds USING (tenant_id = souk_tenant());

-- +down
DROP TABLE refunds;
DROP TABLE charges;
