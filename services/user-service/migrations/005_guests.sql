-- +up
-- A guest buys without an account: a user without a password, whose address is what he says it is and
-- occupies nothing. Several may share one, with a registered account too.
ALTER TABLE users
  DROP CONSTRAINT users_roles_known,
  ADD CONSTRAINT users_roles_known CHECK (
    roles <@ ARRAY['customer', 'staff', 'admin', 'guest'] AND cardinality(roles) > 0),
  ADD CONSTRAINT users_guests_are_nothing_else CHECK (
    NOT 'guest' = ANY (roles)
    OR (cardinality(roles) = 1 AND password_hash IS NULL AND NOT email_verified)),
  DROP CONSTRAINT users_email_once;
CREATE UNIQUE INDEX users_email_once ON users (tenant_id, email) WHERE NOT 'guest' = ANY (roles);

-- +down
DELETE FROM users WHERE 'guest' = ANY (roles);
DROP INDEX users_email_once;
ALTER TABLE users
  ADD CONSTRAINT users_email_once UNIQUE (tenant_id, email),
  DROP CONSTRAINT users_guests_are_nothing_else,
  DROP CONSTRAINT users_roles_known,
  ADD CONSTRAINT users_roles_known CHECK (
    roles <@ ARRAY['customer', 'staff', 'admin'] AND cardinality(roles) > 0);
