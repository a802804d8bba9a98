-- What providers tell of their own accord: each event is acted upon once, and disputes are kept.

-- +up
CREATE TABLE webhook_events (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  provider text NOT NULL,
  -- The provider's own id.
  event_id text NOT NULL,
  event_type text NOT NULL,
  -- NULL: it was about no payment that is known here.
  payment_id uuid,
  received_at timestamptz NOT NULL,
  CONSTRAINT webhook_events_once PRIMARY KEY (provider, event_id)
);
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_events USING (souk_sees(tenant_id));

CREATE INDEX webhook_events_by_age ON webhook_events (received_at);
CREATE INDEX payments_by_reference ON payments (provider_reference);

CREATE TABLE disputes (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  provider text NOT NULL,
  -- The provider's own id.
  id text NOT NULL,
  payment_id uuid NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  -- When the provider says that it became so: what is older comes too late.
  changed_at timestamptz NOT NULL,
  CONSTRAINT disputes_pkey PRIMARY KEY (provider, id),
  CONSTRAINT disputes_of_a_payment FOREIGN KEY (payment_id) REFERENCES payments (id),
  CONSTRAINT disputes_amount_range CHECK (amount_minor >= 0)
);
ALTER TABLE disputes ENABLE ROW LEVEL SECURITY;
ALTER TABLE disputes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON disputes USING (souk_sees(tenant_id));

CREATE INDEX disputes_by_payment ON disputes (payment_id);

-- +down
DROP TABLE disputes;
DROP INDEX payments_by_reference;
DROP TABLE webhook_events;
