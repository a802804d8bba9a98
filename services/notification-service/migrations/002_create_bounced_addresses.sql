-- +up
-- The language that an account reads; empty: the shop's.
ALTER TABLE contacts ADD COLUMN locale text NOT NULL DEFAULT '';

-- Addresses that a mail server refused for good: writing to them again would cost the shop its good name.
CREATE TABLE bounced_addresses (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  email text NOT NULL,
  reason text NOT NULL,                      -- the server's words
  bounced_at timestamptz NOT NULL,
  CONSTRAINT bounced_addresses_pkey PRIMARY KEY (tenant_id, email)
);
ALTER TABLE bounced_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE bounced_addresses FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bounced_addresses USING (souk_sees(tenant_id));

-- +down
DROP TABLE bounced_addresses;
ALTER TABLE contacts DROP COLUMN locale;
