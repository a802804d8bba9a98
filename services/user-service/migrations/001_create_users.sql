-- +up
CREATE TABLE users (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  email text NOT NULL,
  password_hash text,                        -- NULL: imported, cannot log in until one is set
  full_name text NOT NULL,
  phone text NOT NULL DEFAULT '',
  roles text[] NOT NULL,
  email_verified boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_email_once UNIQUE (tenant_id, email),
  CONSTRAINT users_email_lower_case CHECK (email = lower(email) AND email <> ''),
  CONSTRAINT users_roles_known CHECK (
    roles <@ ARRAY['customer', 'staff', 'admin'] AND cardinality(roles) > 0)
);
CREATE INDEX users_newest ON users (tenant_id, id DESC);
CREATE INDEX users_admins ON users (tenant_id, id) WHERE 'admin' = ANY (roles);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON users USING (tenant_id = souk_tenant());

-- Which account stands for a customer of another system. Checked at the commit, because an import
-- claims the external id first and makes the account for what it could claim.
CREATE TABLE external_accounts (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  external_id text NOT NULL,
  user_id uuid NOT NULL,
  CONSTRAINT external_accounts_once PRIMARY KEY (tenant_id, external_id),
  CONSTRAINT external_accounts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX external_accounts_by_user ON external_accounts (user_id);
ALTER TABLE external_accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE external_accounts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON external_accounts USING (tenant_id = souk_tenant());

-- +down
DROP TABLE external_accounts;
DROP TABLE users;
