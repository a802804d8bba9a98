-- +up
-- One row per checkout: the saga's state and its idempotency key. The row is driven by `owner` until
-- `due_at`; after that any process may take it over.
CREATE TABLE checkouts (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  order_id uuid NOT NULL CONSTRAINT checkouts_pk PRIMARY KEY,
  user_id uuid NOT NULL,
  idempotency_key text NOT NULL,
  fingerprint text NOT NULL,
  step text NOT NULL DEFAULT 'running'
    CONSTRAINT checkouts_step_known CHECK (step IN ('running', 'releasing', 'done')),
  payment_method text NOT NULL,
  payment_token text,
  owner uuid,
  due_at timestamptz NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  -- The first request still waits for the outcome.
  attended boolean NOT NULL DEFAULT true,
  CONSTRAINT checkouts_key_unique UNIQUE (tenant_id, user_id, idempotency_key),
  -- Kept for recovery, and not a moment longer.
  CONSTRAINT checkouts_token_while_running CHECK ((step = 'running') = (payment_token IS NOT NULL))
) WITH (fillfactor = 80);
-- The few that are open: for recovery, and for the cap per account.
CREATE INDEX checkouts_open ON checkouts (user_id) WHERE step <> 'done';
ALTER TABLE checkouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE checkouts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON checkouts USING (souk_sees(tenant_id));

-- +down
DROP TABLE checkouts;
