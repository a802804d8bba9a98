-- What a dispute has moved: each movement is kept once, whoever tells of it and however often, and
-- booked in the same commit.

-- +up
CREATE TABLE dispute_movements (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  provider text NOT NULL,
  dispute_id text NOT NULL,
  -- The provider's own where it has one, otherwise made of what it says.
  id text NOT NULL,
  payment_id uuid NOT NULL,
  -- What the provider took; below nought: gave back.
  amount_minor bigint NOT NULL,
  -- What it charged for that, likewise.
  fee_minor bigint NOT NULL,
  currency text NOT NULL,
  booked_at timestamptz NOT NULL,
  CONSTRAINT dispute_movements_once PRIMARY KEY (provider, dispute_id, id),
  CONSTRAINT dispute_movements_of_a_dispute FOREIGN KEY (provider, dispute_id)
    REFERENCES disputes (provider, id)
);
ALTER TABLE dispute_movements ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispute_movements FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON dispute_movements USING (souk_sees(tenant_id));

CREATE INDEX dispute_movements_by_payment ON dispute_movements (payment_id);

-- +down
DROP TABLE dispute_movements;
