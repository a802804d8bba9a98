-- +up
CREATE TABLE saved_addresses (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  label text NOT NULL,
  full_name text NOT NULL,
  line1 text NOT NULL,
  line2 text,
  city text NOT NULL,
  region text,
  postal_code text NOT NULL,
  country text NOT NULL,
  is_default boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT saved_addresses_pkey PRIMARY KEY (id),
  CONSTRAINT saved_addresses_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX saved_addresses_by_user ON saved_addresses (user_id, id);
CREATE UNIQUE INDEX saved_addresses_one_default ON saved_addresses (user_id) WHERE is_default;
ALTER TABLE saved_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_addresses FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON saved_addresses USING (tenant_id = souk_tenant());

-- +down
DROP TABLE saved_addresses;
