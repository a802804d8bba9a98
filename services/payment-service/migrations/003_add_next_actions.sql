-- A payment may have to wait for its customer; and what the provider calls it is on record before it
-- is charged.

-- +up
ALTER TABLE payments
  ADD COLUMN method text NOT NULL DEFAULT 'card',
  -- What the customer has to do, while the payment waits for that.
  ADD COLUMN action_type text,
  ADD COLUMN action_url text,
  ADD COLUMN action_client_secret text,
  ADD CONSTRAINT payments_action_whole CHECK (
    action_type IS NOT NULL OR (action_url IS NULL AND action_client_secret IS NULL));
-- A charge at a provider belongs to one payment.
CREATE UNIQUE INDEX payments_one_per_reference ON payments (provider, provider_reference)
  WHERE provider_reference IS NOT NULL;

-- +down
DROP INDEX payments_one_per_reference;
ALTER TABLE payments
  DROP CONSTRAINT payments_action_whole,
  DROP COLUMN action_client_secret,
  DROP COLUMN action_url,
  DROP COLUMN action_type,
  DROP COLUMN method;
