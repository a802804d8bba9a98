-- One payment per order: the intent is committed before any provider hears of it.

-- +up
CREATE TABLE payments (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  -- Also the idempotency key at the provider.
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  -- NULL: voided before any charge was asked for.
  user_id uuid,
  status text NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  captured_minor bigint NOT NULL DEFAULT 0,
  -- Money that is back with the customer.
  refunded_minor bigint NOT NULL DEFAULT 0,
  -- Refunds that are recorded, with the provider's answer outstanding.
  refunding_minor bigint NOT NULL DEFAULT 0,
  provider text NOT NULL,
  provider_reference text,
  decline_code text,
  -- What the provider is charged with; forgotten as soon as the outcome is known.
  token text,
  -- When somebody has to look after a pending payment; whoever works on it has moved this ahead.
  next_check_at timestamptz,
  -- How often somebody took it on: tells one who was overtaken that he was.
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payments_pkey PRIMARY KEY (id),
  CONSTRAINT payments_one_per_order UNIQUE (order_id),
  CONSTRAINT payments_status_known CHECK (
    status IN ('pending', 'authorized', 'captured', 'declined', 'voided', 'partially_refunded',
               'refunded')),
  CONSTRAINT payments_amount_range CHECK (amount_minor >= 0),
  CONSTRAINT payments_captured_when_captured CHECK (
    captured_minor = CASE WHEN status IN ('captured', 'partially_refunded', 'refunded')
                          THEN amount_minor ELSE 0 END),
  CONSTRAINT payments_refunded_within_captured CHECK (
    refunded_minor >= 0 AND refunding_minor >= 0
    AND refunded_minor + refunding_minor <= captured_minor),
  CONSTRAINT payments_status_fits_refunds CHECK (
    CASE status WHEN 'refunded' THEN refunded_minor = captured_minor
                WHEN 'partially_refunded' THEN refunded_minor BETWEEN 1 AND captured_minor - 1
                ELSE refunded_minor = 0 END),
  CONSTRAINT payments_token_only_while_pending CHECK (token IS NULL OR status = 'pending'),
  CONSTRAINT payments_pending_is_checked CHECK ((status = 'pending') = (next_check_at IS NOT NULL)),
  CONSTRAINT payments_declined_with_code CHECK ((status = 'declined') = (decline_code IS NOT NULL))
);
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON payments USING (souk_sees(tenant_id));

CREATE INDEX payments_to_check ON payments (next_check_at) WHERE status = 'pending';

-- +down
DROP TABLE payments;
